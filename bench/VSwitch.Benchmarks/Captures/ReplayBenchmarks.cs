using BenchmarkDotNet.Attributes;
using VSwitch.Captures.Files;
using VSwitch.Captures.Replaying;

namespace VSwitch.Benchmarks.Captures;

/// <summary>A capture in memory replayed at top speed to a target that takes all. ns a packet.</summary>
[MemoryDiagnoser]
public class ReplayBenchmarks
{
    private const int Packets = 4096;
    private const int Loops = 16;

    private byte[] _file = [];

    [Params(64, 1514)]
    public int Octets { get; set; }

    /// <summary>Everything in memory before the first frame.</summary>
    [Params(false, true)]
    public bool Preload { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var file = new MemoryStream();
        byte[] packet = new byte[Octets];
        using (var writer = CaptureWriter.Create(file, leaveOpen: true))
        {
            CaptureInterface at = writer.AddInterface(new CaptureInterface());
            for (int i = 0; i < Packets; i++)
            {
                writer.Write(new CapturedPacket { Interface = at, Timestamp = i, Octets = packet, OriginalLength = (uint)Octets, Comments = [] });
            }
        }

        _file = file.ToArray();
    }

    [Benchmark(OperationsPerInvoke = Packets * Loops)]
    public long Run()
    {
        var source = new ReplaySource("memory", () => CaptureReader.Open(new MemoryStream(_file)));
        var options = new ReplayOptions { Loops = Loops, Preload = Preload };
        return new Replayer([source], [new NowhereTarget()], ReplaySchedule.TopSpeed(), new VirtualReplayClock(), options).Run(default).Sent;
    }
}
