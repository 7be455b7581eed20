using VSwitch.Devices;
using VSwitch.Devices.Workers;
using VSwitch.Frames;
using VSwitch.Policies;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Bridging;

/// <summary>A second switch in the process, with threads of its own, that stations of a lab can be plugged over to.</summary>
/// <remarks>To be disposed of before the lab. At its end every frame must be accounted for there too.</remarks>
internal sealed class FarSwitch : IAsyncDisposable
{
    internal FarSwitch(SwitchOptions? options = null)
    {
        Switch = new VirtualSwitch(options);
        Host = new SwitchHost(Switch, 1, Log);
    }

    internal VirtualSwitch Switch { get; }

    internal SwitchHost Host { get; }

    internal LabLog Log { get; } = new();

    internal SwitchPort Port(string name) => Switch.FindPort(name) ?? throw new InvalidOperationException($"port {name} is not there");

    /// <summary>Unplugs a station's port from the lab's switch and plugs it in here, by the same name.</summary>
    internal async Task Take(SwitchLab lab, int station, PortPolicy? policy = null)
    {
        LabStation taken = lab[station];
        Assert.True(await lab.Host.RemovePortAsync(taken.Port));
        await Bounded.Until(() => !taken.HasTap);
        Host.AddPort(taken.Port, () => PortOpener.Open(taken.Spec), new PortOptions { Policy = policy ?? PortPolicy.None });
        await Bounded.Until(taken.IsUsable);
    }

    /// <summary>Connects a port of the lab's switch with one of this switch in memory; super-frames pass whole. Both ports have the name of the cable.</summary>
    internal void Connect(SwitchLab lab, string cable, PortPolicy? near = null, PortPolicy? far = null)
    {
        const int CapacityOctets = 8 << 20;
        (PipeDevice a, PipeDevice b) = PipeDevice.CreatePair(cable, offloads: OffloadKinds.All, capacityOctets: CapacityOctets);
        Host.AddPort(b, cable, new PortOptions { Policy = far ?? PortPolicy.None });
        lab.Host.AddPort(a, cable, new PortOptions { Policy = near ?? PortPolicy.None });
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Assert.Empty(Log.Errors);
        TrafficCounters totals = Switch.GetTotals();
        await Bounded.Until(() =>
        {
            Switch.Advance();
            totals = Switch.GetTotals();
            return totals.ReceivedFrames + totals.Replicated == totals.SentFrames + totals.TotalDrops();
        });
    }
}
