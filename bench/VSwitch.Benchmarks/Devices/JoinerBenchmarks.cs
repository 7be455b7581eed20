using BenchmarkDotNet.Attributes;
using VSwitch.Devices.Joining;
using VSwitch.Frames;

namespace VSwitch.Benchmarks.Devices;

/// <summary>Fan-in with learning, and routing by learned addresses, over devices that cost nothing. ns a packet of 60 octets.</summary>
[MemoryDiagnoser]
public class JoinerBenchmarks : IDisposable
{
    internal const int PacketsARun = Burst * Bursts;
    private const int Burst = 64;
    private const int Bursts = 8; // what is sent has just been received: it is in the cache

    private readonly FrameBatch _received = new(Burst);
    private readonly FrameBatch[] _toSend = new FrameBatch[Bursts];
    private readonly int[] _all = [.. Enumerable.Range(0, Burst)];
    private Joiner _joiner = null!;

    public static IEnumerable<(int Devices, int Addresses)> Cases => [(2, 16), (64, 16), (16, 16), (16, 65536)];

    [ParamsSource(nameof(Cases))]
    public (int Devices, int Addresses) Case { get; set; }

    [GlobalCleanup]
    public void Dispose()
    {
        _joiner.DisposeAsync().AsTask().Wait();
        GC.SuppressFinalize(this);
    }

    [GlobalSetup]
    public void Setup()
    {
        _joiner = new Joiner(new JoinerOptions { Capacity = Math.Max(1024, Case.Addresses) });
        for (int i = 0; i < Case.Devices; i++)
        {
            _joiner.AttachSecondary(new TeachingDevice(i, Case.Devices, Case.Addresses));
        }

        while (_joiner.LearnedAddresses < Case.Addresses)
        {
            FanIn();
        }

        var random = new Random(1);
        for (int burst = 0; burst < Bursts; burst++)
        {
            _toSend[burst] = new FrameBatch(Burst);
            for (int i = 0; i < Burst; i++)
            {
                _toSend[burst].TryAppend(TeachingDevice.Packet(source: -1, destination: random.Next(Case.Addresses)));
            }
        }
    }

    /// <summary>Receive and learn.</summary>
    [Benchmark(OperationsPerInvoke = Burst)]
    public int FanIn()
    {
        _received.Clear();
        return _joiner.TryReceive(_received);
    }

    /// <summary>Look up and send, each packet to a device at random.</summary>
    [Benchmark(OperationsPerInvoke = PacketsARun)]
    public int Route()
    {
        int taken = 0;
        foreach (FrameBatch batch in _toSend)
        {
            taken += _joiner.TrySend(batch, _all);
        }

        return taken;
    }
}
