using BenchmarkDotNet.Attributes;
using VSwitch.Devices;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;

namespace VSwitch.Benchmarks.Devices;

/// <summary>Through a pipe with wrappers at both ends, 0, 1 and 3 deep. ns a packet of 60 octets.</summary>
[MemoryDiagnoser]
public class DetachBenchmarks
{
    private const int Packets = 16 * 1024;

    private readonly FrameBatch _received = new(16);
    private readonly FrameBatch _sent = new(16);
    private int[] _which = [];
    private IPacketDevice[] _ends = [];

    [Params(0, 1, 3)]
    public int Deep { get; set; }

    [Params(1, 16)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create(batch: 16);
        _ends = [a, b];
        for (int i = 0; i < Deep; i++)
        {
            _ends = [.. _ends.Select(e => new DetachedDevice(e))];
        }

        for (int i = 0; i < Batch; i++)
        {
            _sent.TryAppend(new byte[60]);
        }

        _which = [.. Enumerable.Range(0, Batch)];
    }

    [Benchmark(OperationsPerInvoke = Packets)]
    public void SendReceive()
    {
        for (int i = 0; i < Packets; i += Batch)
        {
            _ends[0].TrySend(_sent, _which);
            _received.Clear();
            _ends[1].TryReceive(_received);
        }
    }
}
