using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using VSwitch.Devices;
using VSwitch.Filtering;
using VSwitch.Forwarding;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Benchmarks.Forwarding;

/// <summary>Steps 2 to 4 over bursts of 64 frames, each from and to other stations: admit, learn, resolve. ns a frame.</summary>
[MemoryDiagnoser]
public class StagesBenchmarks
{
    internal const int Packets = Bursts * 64;
    private const int Bursts = 256;
    private static readonly BurstTime s_now = new(1_000_000_000);

    private readonly FrameBatch _batch = new();
    private readonly FrameAddresses _addresses = new(FrameBatch.DefaultCapacity);
    private readonly EgressPlan _plan = new(FrameBatch.DefaultCapacity);
    private FilteringDatabase _database = null!;
    private Learner _learner = null!;
    private Resolver _resolver = null!;
    private SwitchModel _model = null!;
    private MacAddress[] _sources = [];
    private MacAddress[] _destinations = [];
    private ForwardingPort[] _ports = [];

    [Params(16, 8192, 1 << 20)]
    public int Stations { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _database = new FilteringDatabase(Stations);
        _learner = new Learner(_database, FrameBatch.DefaultCapacity);
        _resolver = new Resolver(_database, FrameBatch.DefaultCapacity);
        _ports = [.. Enumerable.Range(0, 16).Select(i => new ForwardingPort(new PortId(i, 0), [], new TrafficCounters()))];
        _model = new SwitchModel(_ports, _ => true, new TrafficCounters());
        for (int i = 0; i < Stations; i++)
        {
            _database.Learn(new StationKey(VlanId.Default, Mac(i)), PortOf(i), now: 0);
        }

        var random = new Random(1);
        _sources = [.. Enumerable.Range(0, Bursts * 64).Select(_ => Mac(random.Next(Stations)))];
        _destinations = [.. Enumerable.Range(0, Bursts * 64).Select(_ => Mac(random.Next(Stations)))];
        for (int i = 0; i < 64; i++)
        {
            _batch.TryAppend(new byte[60]);
        }
    }

    /// <summary>What writing the addresses into the frames costs, to be taken off the other.</summary>
    [Benchmark(OperationsPerInvoke = Packets, Baseline = true)]
    public void FillOnly()
    {
        for (int burst = 0; burst < Bursts; burst++)
        {
            Fill(burst);
        }
    }

    [Benchmark(OperationsPerInvoke = Packets)]
    public void AdmitLearnResolve()
    {
        for (int burst = 0; burst < Bursts; burst++)
        {
            Fill(burst);
            _plan.Clear();
            IngressFilter.Admit(_batch, _addresses, _model);
            _learner.Learn(_batch, _addresses, _model, s_now);
            _resolver.Resolve(_batch, _addresses, _model, s_now, _plan);
        }
    }

    private void Fill(int burst)
    {
        for (int i = 0; i < 64; i++)
        {
            ref FrameMetadata frame = ref _batch[i];
            frame.Drop = DropReason.None;
            MacAddress source = _sources[(burst * 64) + i];
            frame.Ingress = PortOf((int)(source.Value & 0xFFFFFF));
            Span<byte> octets = _batch.Octets(i);
            // One store, as wide as all that is read: a load that spans two stores would wait for both, and no frame from a device does.
            ulong first = (_destinations[(burst * 64) + i].Value << 16) | (source.Value >> 32);
            ulong second = (source.Value << 32) | (0x0800UL << 16);
            Vector128.Create(BinaryPrimitives.ReverseEndianness(first), BinaryPrimitives.ReverseEndianness(second)).AsByte().CopyTo(octets);
        }
    }

    private static PortId PortOf(int station) => new(station & 15, 0);

    private static MacAddress Mac(int station) => new(0x0200_0000_0000UL + (ulong)station);
}
