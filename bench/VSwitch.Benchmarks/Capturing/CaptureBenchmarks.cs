using BenchmarkDotNet.Attributes;
using VSwitch.Capturing;
using VSwitch.Forwarding;
using VSwitch.Frames;

namespace VSwitch.Benchmarks.Capturing;

/// <summary>One hop in memory, steps 1 to 6 and a copy into the burst, with nobody who captures and with somebody who takes in and out of all ports. ns a frame; whoever reads is on the same thread.</summary>
[MemoryDiagnoser]
public class CaptureBenchmarks
{
    internal const int Frames = FrameBatch.DefaultCapacity * Bursts;
    private const int Bursts = 64;
    private const int Snap = 96;

    private VirtualSwitch _switch = null!;
    private ForwardingPipeline _pipeline = null!;
    private SwitchPort _from = null!;
    private CaptureSession? _session;

    /// <summary>Octets of a frame.</summary>
    [Params(64, 1514)]
    public int Octets { get; set; }

    /// <summary>Who captures, and how much of each frame.</summary>
    [Params("nobody", "headers", "all")]
    public string Capture { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        byte[] there = new byte[Octets];
        byte[] back = new byte[Octets];
        new byte[] { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0 }.CopyTo(there, 0);
        new byte[] { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0 }.CopyTo(back, 0);
        _switch = new VirtualSwitch();
        _from = _switch.AddPort(new EndlessDevice("a", there));
        SwitchPort to = _switch.AddPort(new EndlessDevice("b", back));
        _pipeline = _switch.CreatePipeline();
        _pipeline.MarkReady(to.Queues[0]);
        _pipeline.RunBurst(); // both stations are known
        _pipeline.MarkReady(_from.Queues[0]);
        _session = Capture == "nobody" ? null : _switch.StartCapture(
            new CaptureRequest { SnapLength = Capture == "all" ? CaptureRequest.DefaultSnapLength : Snap });
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public long Forward()
    {
        long read = 0;
        for (int i = 0; i < Bursts; i++)
        {
            _pipeline.RunBurst();
            while (_session?.TryRead(out _) ?? false)
            {
                read++;
            }
        }

        return read;
    }
}
