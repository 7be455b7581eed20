using BenchmarkDotNet.Attributes;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Benchmarks.Devices;

/// <summary>Through a pipe: one send and one receive of a batch, both copies included. ns a packet.</summary>
[MemoryDiagnoser]
public class PipeBenchmarks
{
    internal const int Packets = 128 * 64;

    private readonly FrameBatch _received = new(128);
    private FrameBatch _sent = null!;
    private int[] _which = [];
    private PipeDevice _a = null!;
    private PipeDevice _b = null!;

    [Params(1, 16, 128)]
    public int Batch { get; set; }

    [Params(60, 1500)]
    public int Octets { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (_a, _b) = DevicePipe.Create(batch: 128);
        _sent = new FrameBatch(Batch);
        for (int i = 0; i < Batch; i++)
        {
            _sent.TryAppend(new byte[Octets]);
        }

        _which = [.. Enumerable.Range(0, Batch)];
    }

    [Benchmark(OperationsPerInvoke = Packets)]
    public void SendReceive()
    {
        for (int i = 0; i < Packets; i += Batch)
        {
            _a.TrySend(_sent, _which);
            _received.Clear();
            _b.TryReceive(_received);
        }
    }
}
