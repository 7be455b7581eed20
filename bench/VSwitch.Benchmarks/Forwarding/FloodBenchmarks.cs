using BenchmarkDotNet.Attributes;
using VSwitch.Benchmarks.Capturing;
using VSwitch.Forwarding;
using VSwitch.Frames;

namespace VSwitch.Benchmarks.Forwarding;

/// <summary>Bursts of 64 broadcasts from one port to 100 others, steps 1 to 6, to devices that take everything. ns a copy.</summary>
[MemoryDiagnoser]
public class FloodBenchmarks
{
    internal const int Copies = Bursts * FrameBatch.DefaultCapacity * Ports;
    private const int Bursts = 4;
    private const int Ports = 100;

    private ForwardingPipeline _pipeline = null!;

    [GlobalSetup]
    public void Setup()
    {
        byte[] frame = new byte[64];
        new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0, 0, 0, 1, 8, 0 }.CopyTo(frame, 0);
        var @switch = new VirtualSwitch();
        SwitchPort from = @switch.AddPort(new EndlessDevice("from", frame));
        for (int i = 0; i < Ports; i++)
        {
            @switch.AddPort(new EndlessDevice($"to{i}", frame));
        }

        _pipeline = @switch.CreatePipeline();
        _pipeline.MarkReady(from.Queues[0]);
    }

    [Benchmark(OperationsPerInvoke = Copies)]
    public void Flood()
    {
        for (int i = 0; i < Bursts; i++)
        {
            _pipeline.RunBurst();
        }
    }
}
