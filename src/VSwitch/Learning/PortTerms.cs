using VSwitch.Identifiers;

namespace VSwitch.Learning;

/// <summary>On which terms ports learn: how much they may hold, and whether they keep it.</summary>
/// <remarks>
/// Changed under the table's lock, read by any thread. One word a place: port 32 bits | set 1 | sticky 1 | limit 30. A word names its port with the
/// generation, so that a place's next port has none of it.
/// </remarks>
internal sealed class PortTerms
{
    private const ulong SetBit = 1UL << 31;
    private const ulong StickyBit = 1UL << 30;
    private const ulong NoLimit = StickyBit - 1;

    private readonly ulong[] _words = new ulong[PortId.MaxPorts];
    private readonly int[] _sticky = new int[PortId.MaxPorts];

    /// <summary>Whether the place of a port has terms of this port.</summary>
    internal bool Has(PortId port) => IsOf(WordAt(port), port);

    /// <summary>Whether a port keeps what it learns.</summary>
    internal bool IsSticky(PortId port) => WordAt(port) is var word && IsOf(word, port) && (word & StickyBit) != 0;

    /// <summary>Whether a port may take one more.</summary>
    /// <param name="port">A port; the former one at the place of a port with terms may not.</param>
    /// <param name="held">What its place holds.</param>
    internal bool HasRoom(PortId port, int held) =>
        WordAt(port) is var word && ((word & SetBit) == 0 || (IsOf(word, port) && ((word & NoLimit) == NoLimit || (ulong)held < (word & NoLimit))));

    /// <param name="port">Whose.</param>
    /// <param name="max">Entries, 0 to <see cref="LearningTable{TKey, TSlot}.MaxCapacity"/>; null for no limit.</param>
    internal void SetLimit(PortId port, int? max) => Set(port, (Terms(port) & ~NoLimit) | (max is int limit ? (ulong)limit : NoLimit));

    internal void SetSticky(PortId port, bool isSticky) => Set(port, isSticky ? Terms(port) | StickyBit : Terms(port) & ~StickyBit);

    /// <summary>Ends the terms of a port, if its place has any of it.</summary>
    internal void Forget(PortId port)
    {
        if (port.Index < PortId.MaxPorts && Has(port))
        {
            Volatile.Write(ref _words[port.Index], 0);
        }
    }

    /// <summary>Sticky entries of a port.</summary>
    internal int Sticky(PortId port) => Volatile.Read(ref _sticky[port.Index]);

    internal void CountSticky(PortId port, int change) => Volatile.Write(ref _sticky[port.Index], _sticky[port.Index] + change);

    private static bool IsOf(ulong word, PortId port) => (word & ~(StickyBit | NoLimit)) == (((ulong)port.Value << 32) | SetBit);

    private ulong WordAt(PortId port) => Volatile.Read(ref _words[port.Index]);

    private ulong Terms(PortId port) => Has(port) ? WordAt(port) : ((ulong)port.Value << 32) | SetBit | NoLimit;

    private void Set(PortId port, ulong word) => Volatile.Write(ref _words[port.Index], word);
}
