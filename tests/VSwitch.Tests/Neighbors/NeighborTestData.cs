using System.Net;
using VSwitch.Identifiers;
using VSwitch.Neighbors;

namespace VSwitch.Tests.Neighbors;

/// <summary>Three ports, some hardware addresses, and a table that is asked in few words.</summary>
internal static class NeighborTestData
{
    internal static readonly PortId Port0 = new(0, 0);
    internal static readonly PortId Port1 = new(1, 0);
    internal static readonly PortId Port2 = new(2, 0);
    internal static readonly MacAddress MacA = new(0x0200_0000_000AUL);
    internal static readonly MacAddress MacB = new(0x0200_0000_000BUL);
    internal static readonly IpAddressKey Self = IpAddressKey.FromIPv4(0x0A00_00FE);

    /// <summary>Both families, mixed.</summary>
    internal static IpAddressKey Address(int number) => number % 2 == 0
        ? IpAddressKey.FromIPv4(0x0A00_0000u + (uint)number)
        : IpAddressKey.FromIPv6(0x2001_0DB8_0000_0000UL + ((ulong)number << 3), 1);

    internal static MacAddress Mac(int number) => new(0x0200_0000_0000UL + (ulong)number);

    internal static NeighborResult Hear(
        this NeighborTable table, IpAddressKey address, MacAddress mac, PortId port, NeighborEvidence evidence, long now) =>
        table.Hear(address, mac, port, evidence, now, out _);

    internal static NeighborResult HearData(this NeighborTable table, IpAddressKey address, MacAddress mac, PortId port, long now) =>
        table.HearData(address, table.Hash(address), mac, port, now);

    /// <summary>A neighbour that has just answered.</summary>
    internal static NeighborTable WithReachable(this NeighborTable table, IpAddressKey address, MacAddress mac, PortId port, long now)
    {
        Assert.Equal(ResolveResult.Started, table.Resolve(address, Port2, Self, now));
        Assert.Equal(NeighborResult.Learned, table.Hear(address, mac, port, NeighborEvidence.Reply, now, out bool resolved));
        Assert.True(resolved);
        Assert.Equal(NeighborState.Reachable, table.StateOf(address, now));
        return table;
    }

    /// <summary>A neighbour that was heard, and never asked.</summary>
    internal static NeighborTable WithStale(this NeighborTable table, IpAddressKey address, MacAddress mac, PortId port, long now)
    {
        Assert.Equal(NeighborResult.Learned, table.Hear(address, mac, port, NeighborEvidence.Solicitation, now));
        return table;
    }

    internal static NeighborEntry? EntryOf(this NeighborTable table, IpAddressKey address, long now)
    {
        IPAddress ip = address.ToIPAddress();
        NeighborEntry[] entries = [.. table.Snapshot(now).Where(e => e.Address.Equals(ip))];
        Assert.True(entries.Length <= 1);
        return entries.Length == 0 ? null : entries[0];
    }

    internal static NeighborState StateOf(this NeighborTable table, IpAddressKey address, long now) =>
        table.EntryOf(address, now)?.State ?? NeighborState.None;

    internal static NeighborLink? Find(this NeighborTable table, IpAddressKey address, long now) =>
        table.TryFind(address, now, out NeighborLink link) ? link : null;

    internal static List<NeighborDue> Advance(this NeighborTable table, long now)
    {
        var due = new List<NeighborDue>();
        table.Advance(now, due);
        return due;
    }
}
