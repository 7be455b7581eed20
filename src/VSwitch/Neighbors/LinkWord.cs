using VSwitch.Identifiers;

namespace VSwitch.Neighbors;

/// <summary>The extra word of a neighbour's slot: all that is to change at once.</summary>
/// <param name="Value">MAC address 48 bits | lag 12 | heard as data 1 | state 3.</param>
/// <remarks>
/// The lag is how many seconds before the stamp of the value word the entry was confirmed; it is kept for <see cref="NeighborState.Reachable"/> only. A difference
/// cannot wrap round, however seldom anybody looks.
/// </remarks>
internal readonly record struct LinkWord(ulong Value)
{
    internal const int MaxLag = (1 << 12) - 1;

    private const int MacShift = 16;
    private const int LagShift = 4;
    private const ulong StateMask = 7;
    private const ulong DataBit = 8;

    internal LinkWord(MacAddress mac, NeighborState state, int lag = 0)
        : this((mac.Value << MacShift) | ((ulong)lag << LagShift) | (ulong)state)
    {
    }

    internal MacAddress HardwareAddress => new(Value >> MacShift);

    internal NeighborState State => (NeighborState)(Value & StateMask);

    internal int Lag => (int)(Value >> LagShift) & MaxLag;

    /// <summary>The address is a source of data behind a layer 3 port: it is reachable for as long as it is heard.</summary>
    internal bool IsData => (Value & DataBit) != 0;

    internal bool IsStale => State == NeighborState.Stale;

    /// <summary>A confirmation that runs out.</summary>
    internal bool IsConfirmed => (Value & (StateMask | DataBit)) == (ulong)NeighborState.Reachable;

    /// <summary>A timer runs: there is a resolution beside the entry.</summary>
    internal bool IsTimed => State is NeighborState.Delay or NeighborState.Probe;

    internal static LinkWord OfData(MacAddress mac) => new(new LinkWord(mac, NeighborState.Reachable).Value | DataBit);

    internal LinkWord With(NeighborState state) => new(HardwareAddress, state);
}
