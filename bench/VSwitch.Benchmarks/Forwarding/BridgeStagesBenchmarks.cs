using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using VSwitch.AccessControl;
using VSwitch.Classifying;
using VSwitch.Devices;
using VSwitch.Filtering;
using VSwitch.Forwarding;
using VSwitch.Forwarding.Bridging;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Vlans;

namespace VSwitch.Benchmarks.Forwarding;

/// <summary>Steps 2, 3 and 5 in a bridge with VLANs, over bursts of 64 tagged frames, each from and to other stations; and shaping tags. ns a frame.</summary>
[MemoryDiagnoser]
public class BridgeStagesBenchmarks
{
    private const int Frames = 64;
    private const int Bursts = 256;
    private const int Stations = 1024;
    private static readonly BurstTime s_now = new(1_000_000_000);
    private static readonly VlanId s_vlan = new(10);

    private readonly FrameBatch _batch = new();
    private readonly FrameAddresses _addresses = new(Frames);
    private readonly EgressPlan _plan = new(Frames);
    private Learner _learner = null!;
    private Resolver _resolver = null!;
    private BridgeIngress _ingress = null!;
    private SwitchModel _model = null!;

    /// <summary>What the ports are asked for beside VLANs.</summary>
    [Params("vlans", "everything")]
    public string Policies { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        FilteringDatabase database = new(Stations);
        _learner = new Learner(database, Frames);
        _resolver = new Resolver(database, Frames);
        _ingress = new BridgeIngress(new OwnStation(), new MirrorSender(0, new FanOut()));
        PortPolicy policy = new() { Vlans = PortVlans.Trunk(VlanSet.Parse("10+20")) };
        if (Policies == "everything")
        {
            RateLimit much = RateLimit.Bits(1_000_000_000_000);
            policy = policy with
            {
                Policing = much,
                StormControl = new() { Broadcast = much, UnknownUnicast = much },
                IngressAccess = new("in", [.. Enumerable.Range(1, 10).Select(p => AccessRule.Deny(ClassifierRule.All.DestinationPort((ushort)p))), AccessRule.Permit()]),
            };
        }

        ForwardingPort[] ports = [.. Enumerable.Range(0, 16).Select(i => new ForwardingPort(new PortId(i, 0), [], new TrafficCounters()) { Name = $"p{i}" })];
        BridgeServices services = new(null, null, default, Channel.CreateBounded<BridgeEvent>(1).Writer);
        BridgeModel bridge = new([.. ports.Select(p => new BridgePort(p, policy, new PortMeters(policy)))], _ => true, BridgePolicy.None, services);
        _model = new SwitchModel(ports, _ => true, new TrafficCounters(), bridge: bridge);
        var random = new Random(1);
        for (int i = 0; i < Stations; i++)
        {
            database.Learn(new StationKey(s_vlan, Mac(i)), PortOf(i), now: 1);
        }

        for (int i = 0; i < Frames; i++)
        {
            byte[] frame = new byte[64];
            Mac(random.Next(Stations)).Write(frame);
            Mac(i).Write(frame.AsSpan(6));
            new byte[] { 0x81, 0, 0, 10, 8, 0 }.CopyTo(frame, 12);
            _batch.TryAppend(frame);
            _batch[i].Ingress = PortOf(i);
        }
    }

    [Benchmark(OperationsPerInvoke = Frames * Bursts)]
    public void AdmitLearnResolve()
    {
        for (int burst = 0; burst < Bursts; burst++)
        {
            for (int i = 0; i < Frames; i++)
            {
                _batch[i].Drop = DropReason.None;
            }

            _plan.Clear();
            _ingress.Admit(_batch, _addresses, _model, _model.Bridge!, s_now);
            _learner.Learn(_batch, _addresses, _model, s_now);
            _resolver.Resolve(_batch, _addresses, _model, s_now, _plan);
        }
    }

    /// <summary>Takes the tag off and puts it on again: two shapings.</summary>
    [Benchmark(OperationsPerInvoke = Frames * Bursts * 2)]
    public void Shape()
    {
        for (int burst = 0; burst < Bursts; burst++)
        {
            for (int i = 0; i < Frames; i++)
            {
                _batch[i].IsTagged = true;
                TagShaper.TryUntag(_batch, i);
                TagShaper.TryTag(_batch, i, Wire.EtherType.CustomerVlan, s_vlan);
            }
        }
    }

    private static PortId PortOf(int station) => new(station & 15, 0);

    private static MacAddress Mac(int station) => new(0x0200_0000_0000UL + (ulong)station);
}
