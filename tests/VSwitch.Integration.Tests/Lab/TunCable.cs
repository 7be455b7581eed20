using System.Net.Sockets;
using VSwitch.Devices;
using VSwitch.Devices.Joining;
using VSwitch.Devices.Relaying;
using VSwitch.Devices.Tun;
using VSwitch.Devices.TunTap;
using VSwitch.Identifiers;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>Two namespaces with a TUN in each, the first with offloads, the second without, and something in between that carries packets both ways.</summary>
internal sealed class TunCable : IAsyncDisposable
{
    private readonly IAsyncDisposable _between;

    private TunCable(LabStation able, LabStation plain, IAsyncDisposable between, TrafficCounters toPlain)
    {
        (Able, Plain, _between, ToPlain) = (able, plain, between, toPlain);
    }

    internal LabStation Able { get; }

    internal LabStation Plain { get; }

    /// <summary>What went from the TUN with offloads to the other, and with a copy what came back.</summary>
    internal TrafficCounters ToPlain { get; }

    internal static async Task<TunCable> Plug(TunCableKind kind)
    {
        LabStation able = new(0);
        LabStation plain = new(1);
        try
        {
            L3Dev a = Open(able, offload: true);
            L3Dev b = Open(plain, offload: false);
            (IAsyncDisposable between, TrafficCounters toPlain) = await Connect(kind, a, b);
            await Bounded.Until(() => able.IsUsable() && plain.IsUsable(), "the addresses can be used");
            return new(able, plain, between, toPlain);
        }
        catch
        {
            able.Dispose();
            plain.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _between.DisposeAsync(); // and with it the TUNs
        }
        finally
        {
            Able.Dispose();
            Plain.Dispose();
        }
    }

    private static L3Dev Open(LabStation station, bool offload)
    {
        L3Dev tun = L3Dev.Open(new TunTapOptions { Name = "tun0", Namespace = station.Namespace.Name, Offload = offload });
        foreach (AddressFamily family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            tun.SetAddress(new IpPrefix(station.Address(family), family == AddressFamily.InterNetwork ? 24 : 64));
        }

        return tun;
    }

    private static async Task<(IAsyncDisposable Between, TrafficCounters ToPlain)> Connect(TunCableKind kind, L3Dev a, L3Dev b)
    {
        switch (kind)
        {
            case TunCableKind.PointToPoint:
                var link = new PointToPoint();
                await link.SetAAsync(a);
                await link.SetBAsync(b);
                return (link, link.CountersAToB);
            case TunCableKind.Joiner:
                var joiner = new Joiner();
                await joiner.AttachDefaultAsync(b);
                return (new Copy(a, joiner, new TrafficCounters()), joiner.Counters);
            default:
                var counters = new TrafficCounters();
                return (new Copy(a, b, counters), counters);
        }
    }

    private sealed class Copy(IPacketDevice a, IPacketDevice b, TrafficCounters counters) : IAsyncDisposable
    {
        private readonly Task _copying = PacketCopy.RunAsync(a, b, counters);

        public async ValueTask DisposeAsync()
        {
            await a.DisposeAsync();
            await _copying;
        }
    }
}
