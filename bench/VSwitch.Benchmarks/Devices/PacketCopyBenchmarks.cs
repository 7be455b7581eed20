using BenchmarkDotNet.Attributes;
using VSwitch.Devices;
using VSwitch.Devices.Relaying;
using VSwitch.Frames;

namespace VSwitch.Benchmarks.Devices;

/// <summary>Pipe, copy, pipe: what is sent at one end until it is received at the other, on pool threads. ns a packet of 60 octets.</summary>
[MemoryDiagnoser]
public class PacketCopyBenchmarks
{
    internal const int Packets = 128 * 512;

    private readonly FrameBatch _received = new(128);
    private readonly FrameBatch _sent = new(128);
    private int[] _which = [];
    private PipeDevice _source = null!;
    private PipeDevice _sink = null!;

    [Params(1, 16, 128)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (_source, PipeDevice a) = DevicePipe.Create(Batch);
        (PipeDevice b, _sink) = DevicePipe.Create(Batch);
        _ = PacketCopy.RunAsync(a, b);
        for (int i = 0; i < Batch; i++)
        {
            _sent.TryAppend(new byte[60]);
        }

        _which = [.. Enumerable.Range(0, Batch)];
    }

    [GlobalCleanup]
    public void Cleanup() => _source.DisposeAsync().AsTask().Wait();

    [Benchmark(OperationsPerInvoke = Packets)]
    public Task Copy() => Task.WhenAll(Task.Run(SendAsync), Task.Run(ReceiveAsync));

    private async Task SendAsync()
    {
        for (int sent = 0; sent < Packets;)
        {
            int left = Batch;
            while (left > 0)
            {
                int taken = _source.TrySend(_sent, _which.AsSpan(Batch - left));
                left -= taken;
                if (taken == 0)
                {
                    await _source.WaitToSendAsync().ConfigureAwait(false);
                }
            }

            sent += Batch;
        }
    }

    private async Task ReceiveAsync()
    {
        for (int received = 0; received < Packets; received += _received.Count)
        {
            _received.Clear();
            if (_sink.TryReceive(_received) == 0)
            {
                await _sink.WaitToReceiveAsync().ConfigureAwait(false);
            }
        }
    }
}
