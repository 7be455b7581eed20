using VSwitch.Identifiers;

namespace VSwitch.Routing;

/// <summary>Prefixes of IPv4 and IPv6 with what each leads to; finds the longest that an address has.</summary>
/// <typeparam name="T">What a prefix leads to.</typeparam>
/// <remarks>
/// Looking up takes no lock, waits for nobody, allocates nothing and sees each change whole or not at all; two changes that a look-up runs across, it
/// may see in either order. Changes take a lock. The README tells how.
/// </remarks>
internal sealed class PrefixTable<T>
    where T : class
{
    private const int IPv4Shortest = 96; // in front of a mapped address

    private readonly Lock _lock = new();
    private readonly PrefixTree _v4;
    private readonly PrefixTree _v6;
    private int _count;

    internal PrefixTable()
    {
        PrefixCanvas canvas = new();
        _v4 = new(IPv4Shortest, canvas);
        _v6 = new(0, canvas);
    }

    /// <summary>How many prefixes there are.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Adds a prefix; its host bits do not matter.</summary>
    /// <returns>False when the prefix is there already; it stays as it is.</returns>
    internal bool TryAdd(IpPrefix prefix, T value)
    {
        (IpAddressKey key, int length) = (prefix.Key, prefix.KeyLength);
        lock (_lock)
        {
            PrefixTree tree = TreeOf(prefix);
            if (tree.FindExact(key, length) is not null)
            {
                return false;
            }

            tree.Set(new(key, length, value));
            _count++;
            return true;
        }
    }

    /// <summary>Adds a prefix, or replaces what it leads to.</summary>
    internal void Set(IpPrefix prefix, T value)
    {
        PrefixLeaf leaf = new(prefix.Key, prefix.KeyLength, value);
        lock (_lock)
        {
            _count += TreeOf(prefix).Set(leaf) ? 1 : 0;
        }
    }

    /// <summary>Takes a prefix out.</summary>
    /// <returns>False when it is not there.</returns>
    internal bool Remove(IpPrefix prefix)
    {
        (IpAddressKey key, int length) = (prefix.Key, prefix.KeyLength);
        lock (_lock)
        {
            bool removed = TreeOf(prefix).Remove(key, length);
            _count -= removed ? 1 : 0;
            return removed;
        }
    }

    /// <summary>What the longest prefix of an address leads to.</summary>
    /// <returns>Null when no prefix has it.</returns>
    internal T? Find(IpAddressKey destination) => (T?)(destination.IsIPv4 ? _v4 : _v6).Find(destination);

    /// <summary>All prefixes at one moment, in no particular order; host bits are zero.</summary>
    internal IReadOnlyList<(IpPrefix Prefix, T Value)> Snapshot()
    {
        var v4 = new List<PrefixLeaf>();
        var v6 = new List<PrefixLeaf>();
        lock (_lock)
        {
            _v4.AddTo(v4);
            _v6.AddTo(v6);
        }

        return [.. v4.Select(l => (IpPrefix.OfKey(l.Key, l.Length - IPv4Shortest, isIPv6: false), (T)l.Value)),
            .. v6.Select(l => (IpPrefix.OfKey(l.Key, l.Length, isIPv6: true), (T)l.Value))];
    }

    private PrefixTree TreeOf(IpPrefix prefix) => prefix.IsIPv6 ? _v6 : _v4;
}
