using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Vlans;

namespace VSwitch.TestKit;

/// <summary>A switch on simulated time with stations at pipes in memory.</summary>
public sealed class TestSwitch
{
    public TestSwitch(int stations = 3, SwitchOptions? options = null, OffloadKinds offloads = OffloadKinds.None, int mtu = 1500)
    {
        Switch = new VirtualSwitch(options, Time);
        for (int i = 0; i < stations; i++)
        {
            Plug(offloads, mtu);
        }
    }

    public VirtualTime Time { get; } = new();

    public VirtualSwitch Switch { get; }

    public List<Station> Stations { get; } = [];

    public List<SwitchPort> Ports { get; } = [];

    /// <summary>The address that the tests give to the station at a port.</summary>
    public static MacAddress Mac(int station) => new(0x0200_0000_0000UL + (ulong)station + 1);

    public int Plug(OffloadKinds offloads = OffloadKinds.None, int mtu = 1500, int capacityOctets = PipeDevice.DefaultCapacityOctets)
    {
        (PipeDevice inside, PipeDevice outside) = PipeDevice.CreatePair($"p{Stations.Count}", mtu, offloads, capacityOctets);
        Stations.Add(new Station(outside));
        Ports.Add(Switch.AddPort(inside));
        return Stations.Count - 1;
    }

    /// <summary>Plugs a port with a policy in.</summary>
    public int Plug(PortPolicy policy, OffloadKinds offloads = OffloadKinds.None, int mtu = 1500, string? name = null)
    {
        (PipeDevice inside, PipeDevice outside) = PipeDevice.CreatePair(name ?? $"p{Stations.Count}", mtu, offloads);
        Stations.Add(new Station(outside));
        Ports.Add(Switch.AddPort(inside, name ?? $"p{Stations.Count - 1}", new PortOptions { Policy = policy }));
        return Stations.Count - 1;
    }

    /// <summary>Plugs a port with VLANs in.</summary>
    public int Plug(PortVlans vlans, OffloadKinds offloads = OffloadKinds.None) => Plug(new PortPolicy { Vlans = vlans }, offloads);

    /// <summary>Plugs a port of bare IP packets in.</summary>
    /// <param name="addresses">Behind the port, each with its network; none: they are learned.</param>
    public int PlugTun(params string[] addresses) => PlugTun(new PortOptions { Addresses = [.. addresses.Select(a => IpPrefix.Parse(a))] });

    /// <inheritdoc cref="PlugTun(string[])"/>
    public int PlugTun(
        PortOptions options, string? name = null, OffloadKinds offloads = OffloadKinds.None, int mtu = 1500, int capacityOctets = PipeDevice.DefaultCapacityOctets)
    {
        (PipeDevice inside, PipeDevice outside) = PipeDevice.CreatePair(name ?? $"p{Stations.Count}", mtu, offloads, capacityOctets, LinkLayer.Ip);
        Stations.Add(new Station(outside));
        Ports.Add(Switch.AddPort(inside, name, options));
        return Stations.Count - 1;
    }

    /// <summary>The address that the switch speaks with for a port of bare IP packets.</summary>
    public MacAddress MacOf(int tun) => Ports[tun].HardwareAddress!.Value;

    /// <summary>Unplugs a port, and plugs the same device in again with the same name.</summary>
    public void Replug(int station, PortOptions? options = null)
    {
        SwitchPort port = Ports[station];
        Switch.RemovePort(port);
        Ports[station] = Switch.AddPort(port.Device, port.Name, options);
    }

    /// <summary>A port's link goes up or down, and the switch takes note.</summary>
    public void SetLink(int station, bool up)
    {
        ((PipeDevice)Ports[station].Device).SetLink(up);
        Switch.Advance();
    }

    public static FrameBuilder Frame(int from, int to) => new FrameBuilder().From(Mac(from)).To(Mac(to));

    /// <summary>Sends a frame and lets the switch run until it is quiet.</summary>
    public void Send(int station, byte[] frame, OffloadInfo offload = default)
    {
        Stations[station].Send(frame, offload);
        Switch.Run();
    }

    public void Advance(TimeSpan by)
    {
        Time.Advance(by);
        Switch.Advance();
    }

    /// <summary>Lets so many seconds pass, one at a time.</summary>
    public void Wait(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            Advance(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>What a station has received since it was asked last.</summary>
    public List<byte[]> Receive(int station) => Stations[station].Receive();

    /// <summary>Which stations have received something since they were asked last; throws it away.</summary>
    public int[] Receivers() => [.. Enumerable.Range(0, Stations.Count).Where(i => Stations[i].Receive().Count > 0)];

    /// <summary>Received + replicated - sent - dropped, over everything that ever was: zero when no frame is lost or invented.</summary>
    public long Unaccounted()
    {
        TrafficCounters totals = Switch.GetTotals();
        return totals.ReceivedFrames + totals.Replicated - totals.SentFrames - totals.TotalDrops();
    }
}
