using System.Diagnostics;
using VSwitch.Identifiers;

namespace VSwitch.Routing;

/// <summary>The prefixes of one family. Anybody may look up at any time; one writer at a time.</summary>
/// <remarks>
/// Every node has at least two items, prefixes that end in it and children; what would have one stands in its parent itself.
/// So a change replaces one reference: that to the lowest node that holds all of what changes.
/// </remarks>
internal sealed class PrefixTree
{
    private readonly PrefixCanvas _canvas;
    private readonly int _shortest; // bits of the key that are the same in the whole family: 0, of IPv4 96
    private PrefixLeaf? _default;   // the prefix of length 0
    private object? _root;

    internal PrefixTree(int shortest, PrefixCanvas canvas) => (_shortest, _canvas) = (shortest, canvas);

    internal object? Find(IpAddressKey address)
    {
        object? best = Volatile.Read(ref _default)?.Value;
        object? at = Volatile.Read(ref _root);
        while (at is PrefixNode node)
        {
            if (!node.Covers(address))
            {
                return best;
            }

            ref PrefixRun run = ref node.RunOf(address);
            best = run.Value ?? best;
            at = Volatile.Read(ref run.Child);
        }

        return at is PrefixLeaf leaf && leaf.Covers(address) ? leaf.Value : best;
    }

    /// <summary>The prefix itself, or null.</summary>
    internal PrefixLeaf? FindExact(IpAddressKey key, int length)
    {
        if (length == _shortest)
        {
            return _default;
        }

        int octet = (length - 1) / 8;
        object? at = _root;
        while (at is PrefixNode node)
        {
            if (!node.Covers(key) || octet < node.Octet)
            {
                return null;
            }

            if (node.Octet == octet)
            {
                return Array.Find(node.Own, l => l.Length == length && l.Key == key);
            }

            at = node.RunOf(key).Child;
        }

        return at is PrefixLeaf leaf && leaf.Length == length && leaf.Key == key ? leaf : null;
    }

    /// <summary>Adds a prefix, or replaces what it leads to.</summary>
    /// <returns>Whether it is new.</returns>
    internal bool Set(PrefixLeaf leaf)
    {
        if (leaf.Length == _shortest)
        {
            bool isNew = _default is null;
            Volatile.Write(ref _default, leaf);
            return isNew;
        }

        ref object? slot = ref _root;
        while (slot is PrefixNode node && Shared(node.Key, leaf.Key) >= node.Octet && leaf.Octet >= node.Octet)
        {
            if (leaf.Octet == node.Octet)
            {
                (PrefixLeaf[] own, bool isNew) = With(node.Own, leaf);
                _canvas.TakeChildren(node);
                Volatile.Write(ref slot, new PrefixNode(node.Octet, node.Key, own, _canvas));
                return isNew;
            }

            ref PrefixRun run = ref node.RunOf(leaf.Key);
            if (run.Child is null)
            {
                Volatile.Write(ref slot, WithChild(node, leaf.Key, leaf));
                return true;
            }

            slot = ref run.Child;
        }

        bool replaces = slot is PrefixLeaf other && other.IsSamePrefix(leaf);
        Volatile.Write(ref slot, slot is null || replaces ? leaf : Join(slot, leaf));
        return !replaces;
    }

    /// <returns>False when there is no such prefix.</returns>
    internal bool Remove(IpAddressKey key, int length)
    {
        if (FindExact(key, length) is not { } leaf)
        {
            return false;
        }

        if (length == _shortest)
        {
            Volatile.Write(ref _default, null);
            return true;
        }

        ref object? slot = ref _root;
        while (slot is PrefixNode node)
        {
            if (leaf.Octet == node.Octet)
            {
                Volatile.Write(ref slot, Without(node, leaf));
                return true;
            }

            ref PrefixRun run = ref node.RunOf(key);
            if (run.Child is PrefixLeaf)
            {
                Volatile.Write(ref slot, WithoutChild(node, key));
                return true;
            }

            slot = ref run.Child;
        }

        Volatile.Write(ref slot, null);
        return true;
    }

    internal void AddTo(List<PrefixLeaf> leaves)
    {
        if (_default is { } all)
        {
            leaves.Add(all);
        }

        AddTo(leaves, _root);
    }

    private static void AddTo(List<PrefixLeaf> leaves, object? item)
    {
        if (item is PrefixLeaf leaf)
        {
            leaves.Add(leaf);
        }
        else if (item is PrefixNode node)
        {
            leaves.AddRange(node.Own);
            foreach (ref readonly PrefixRun run in node.Runs)
            {
                AddTo(leaves, run.Child); // at most 16 deep
            }
        }
    }

    // A node for two items of which neither can be in the other.
    private PrefixNode Join(object item, PrefixLeaf leaf)
    {
        IpAddressKey key = PrefixCanvas.KeyOf(item);
        int itemOctet = item is PrefixNode node ? node.Octet : ((PrefixLeaf)item).Octet;
        int octet = Math.Min(Math.Min(itemOctet, leaf.Octet), Shared(key, leaf.Key));
        var own = new List<PrefixLeaf>(2);
        foreach (object each in new[] { item, leaf })
        {
            if (each is PrefixLeaf ends && ends.Octet == octet)
            {
                own.Add(ends);
            }
            else
            {
                _canvas.SetChild(ValueAt(PrefixCanvas.KeyOf(each), octet), each);
            }
        }

        own.Sort((a, b) => a.Length.CompareTo(b.Length));
        return new(octet, leaf.Key, [.. own], _canvas);
    }

    private PrefixNode WithChild(PrefixNode node, IpAddressKey key, PrefixLeaf child)
    {
        _canvas.TakeChildren(node);
        _canvas.SetChild(node.ValueOf(key), child);
        return new(node.Octet, node.Key, node.Own, _canvas);
    }

    private object WithoutChild(PrefixNode node, IpAddressKey key)
    {
        if (node.ChildCount == 1 && node.Own.Length == 1)
        {
            return node.Own[0];
        }

        _canvas.TakeChildren(node);
        _canvas.SetChild(node.ValueOf(key), null);
        return OnlyChildOr(new(node.Octet, node.Key, node.Own, _canvas));
    }

    private object Without(PrefixNode node, PrefixLeaf leaf)
    {
        PrefixLeaf[] own = Array.FindAll(node.Own, l => !ReferenceEquals(l, leaf));
        if (own.Length == 1 && node.ChildCount == 0)
        {
            return own[0];
        }

        _canvas.TakeChildren(node);
        return OnlyChildOr(new(node.Octet, node.Key, own, _canvas));
    }

    private static object OnlyChildOr(PrefixNode node)
    {
        if (node.Own.Length > 0 || node.ChildCount > 1)
        {
            return node;
        }

        foreach (ref readonly PrefixRun run in node.Runs)
        {
            if (run.Child is { } child)
            {
                return child;
            }
        }

        Debug.Fail("a node without items");
        return node;
    }

    private static (PrefixLeaf[] Own, bool IsNew) With(PrefixLeaf[] own, PrefixLeaf leaf)
    {
        int at = Array.FindIndex(own, l => l.IsSamePrefix(leaf));
        if (at >= 0)
        {
            PrefixLeaf[] replaced = [.. own];
            replaced[at] = leaf;
            return (replaced, false);
        }

        at = own.Length;
        while (at > 0 && own[at - 1].Length > leaf.Length)
        {
            at--;
        }

        return ([.. own.AsSpan(0, at), leaf, .. own.AsSpan(at)], true);
    }

    // Whole octets that two keys begin with.
    private static int Shared(IpAddressKey left, IpAddressKey right)
    {
        ulong high = left.High ^ right.High;
        ulong low = left.Low ^ right.Low;
        return (int)(high != 0 ? ulong.LeadingZeroCount(high) : 64 + ulong.LeadingZeroCount(low)) / 8;
    }

    private static int ValueAt(IpAddressKey key, int octet) => (byte)((octet < 8 ? key.High : key.Low) >> (56 - (8 * (octet & 7))));
}
