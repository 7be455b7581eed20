using VSwitch.Identifiers;

namespace VSwitch.Neighbors;

/// <summary>The addresses that timers run for: bounded, and no port's scan takes the room of the others.</summary>
/// <remarks>
/// A port may begin one as long as it has fewer running than are free: a lone one gets half of the room, the next half of the rest, and n that want all get an n+1st part
/// each (dynamic thresholds, Choudhury and Hahne 1998). To be used under the lock of the table, except for <see cref="HasRoomFor"/>.
/// </remarks>
internal sealed class Resolutions(int capacity, ulong hashSeed)
{
    private readonly Dictionary<IpAddressKey, Resolution> _all = new(capacity, new SeededComparer(hashSeed));
    private readonly int[] _askedBy = new int[PortId.MaxPorts + 1]; // the last is for askers that are no port
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    /// <summary>Begun before a change, and removable while it runs.</summary>
    internal Dictionary<IpAddressKey, Resolution> All => _all;

    internal bool HasRoomFor(PortId asker) => Volatile.Read(ref _askedBy[Place(asker)]) < capacity - Count;

    internal Resolution? Find(IpAddressKey address) => _all.GetValueOrDefault(address);

    internal void Add(IpAddressKey address, Resolution resolution)
    {
        _all.Add(address, resolution);
        _askedBy[Place(resolution.Asker)]++;
        Volatile.Write(ref _count, _count + 1);
    }

    internal void Remove(IpAddressKey address)
    {
        if (_all.Remove(address, out Resolution? resolution))
        {
            _askedBy[Place(resolution.Asker)]--;
            Volatile.Write(ref _count, _count - 1);
        }
    }

    private static int Place(PortId asker) => Math.Min(asker.Index, PortId.MaxPorts);

    /// <summary>Whoever chooses addresses must not be able to choose ones that collide.</summary>
    private sealed class SeededComparer(ulong seed) : IEqualityComparer<IpAddressKey>
    {
        public bool Equals(IpAddressKey x, IpAddressKey y) => x == y;

        public int GetHashCode(IpAddressKey obj) => (int)NeighborSlot.Hash(obj, seed);
    }
}
