using BenchmarkDotNet.Attributes;
using VSwitch.Devices.Splitting;
using VSwitch.Frames;

namespace VSwitch.Benchmarks.Devices;

/// <summary>From a backend that costs next to nothing through the router and the queues to whoever receives. ns a packet of 60 octets that the backend gave.</summary>
[MemoryDiagnoser]
public class SplitterBenchmarks : IDisposable
{
    private const int Rounds = 16;
    private const int PacketsARound = 32; // what the backend gives at once

    private readonly FrameBatch _received = new();
    private readonly Splitter _splitter = new();
    private readonly SplitFrontend[] _frontends = new SplitFrontend[16];
    private BackendPump _pump = null!;
    private ISplitRouter _router = null!;

    /// <summary>Frontends in turn; 0 floods each packet to 16.</summary>
    [Params(1, 16, 0)]
    public int Frontends { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < 16; i++)
        {
            _frontends[i] = _splitter.Get(i + 1);
        }

        _router = Frontends == 0 ? new ToAll() : new InTurn(Frontends);
        var backend = new SplitBackend(_splitter, new TeachingDevice(0, 1, 16), _splitter.Counters);
        _pump = new BackendPump(backend, [null, .. _frontends], _splitter.Counters);
    }

    [Benchmark(OperationsPerInvoke = Rounds * PacketsARound)]
    public void PumpAndReceive()
    {
        for (int round = 0; round < Rounds; round++)
        {
            _pump.Run(_router);
            foreach (SplitFrontend frontend in _frontends)
            {
                _received.Clear();
                frontend.TryReceive(_received);
            }
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _splitter.DisposeAsync().AsTask().Wait();
        GC.SuppressFinalize(this);
    }

    private sealed class InTurn(int frontends) : ISplitRouter
    {
        private int _next;

        public void Lock()
        {
        }

        public void Unlock()
        {
        }

        public int Route(ReadOnlySpan<byte> buffer, int offset, bool isNative) => (_next++ % frontends) + 1;
    }

    private sealed class ToAll : ISplitSetRouter
    {
        public void Lock()
        {
        }

        public void Unlock()
        {
        }

        public int Route(ReadOnlySpan<byte> buffer, int offset, bool isNative) => 0;

        public void Route(ReadOnlySpan<byte> buffer, int offset, bool isNative, SplitSet targets) => targets.AddAll();
    }
}
