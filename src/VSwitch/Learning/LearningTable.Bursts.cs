using System.Runtime.CompilerServices;
using VSwitch.Identifiers;

namespace VSwitch.Learning;

/// <content>
/// What is done for all keys of a burst. The loops have no call in them, and end at a key that needs one: who holds what for the sake of a call that
/// seldom comes has too few registers left. A key that is the same as the one before is not searched again.
/// </content>
internal sealed partial class LearningTable<TKey, TSlot>
{
    /// <summary>Says where the searches for a burst of keys begin, and asks for the memory there all at once, so that the waits for it overlap.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="hashes">Takes <see cref="Hash"/> of each.</param>
    /// <returns>Nothing that means anything: it keeps the loads alive.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal ulong Locate(ReadOnlySpan<TKey> keys, Span<ulong> hashes)
    {
        TSlot[] slots = _slots;
        TKey previous = default;
        ulong hash = TSlot.Hash(default, _seed);
        ulong touched = 0;
        hashes = hashes[..keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            TKey key = keys[i];
            if (!key.Equals(previous)) // else one of a run
            {
                previous = key;
                hash = TSlot.Hash(key, _seed);
                touched ^= TSlot.Tag(ref slots[(int)hash & _mask]);
            }

            hashes[i] = hash;
        }

        return touched;
    }

    /// <summary>Finds the ports that the keys of a burst were last heard at.</summary>
    /// <param name="keys">The keys; one that may not be learned is at <see cref="PortId.None"/>.</param>
    /// <param name="hashes">From <see cref="Locate"/>.</param>
    /// <param name="now">Seconds.</param>
    /// <param name="ports">Takes what <see cref="Find(TKey, ulong, uint)"/> would say.</param>
    internal void Find(ReadOnlySpan<TKey> keys, ReadOnlySpan<ulong> hashes, uint now, Span<PortId> ports)
    {
        hashes = hashes[..keys.Length];
        ports = ports[..keys.Length];
        for (int i = FindNear(0, keys, hashes, now, ports); i < keys.Length; i = FindNear(i + 1, keys, hashes, now, ports))
        {
            ports[i] = TSlot.IsLearnable(keys[i]) ? FindSlow(keys[i], hashes[i], now) : PortId.None;
        }
    }

    /// <summary>Finds keys that are where a search begins, up to the first other one.</summary>
    /// <returns>The first that is to be searched.</returns>
    private int FindNear(int first, ReadOnlySpan<TKey> keys, ReadOnlySpan<ulong> hashes, uint now, Span<PortId> ports)
    {
        TKey previous = default;
        PortId port = PortId.None;
        int i = first;
        for (; i < keys.Length; i++)
        {
            TKey key = keys[i];
            if (!key.Equals(previous)) // else one of a run
            {
                if (!IsAt(Probe(key, hashes[i]), key, hashes[i], out ulong value) || IsExpired(value, now))
                {
                    break;
                }

                (previous, port) = (key, LearnedValue.Port(value));
            }

            ports[i] = port;
        }

        return i;
    }

    /// <summary>There is nothing to note of a key: it was learned, and heard at this port in this second. May say no when it is so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsUpToDate(TKey key, ulong hash, PortId port, uint now) =>
        IsAt(Probe(key, hash), key, hash, out ulong value) & LearnedValue.IsUpToDate(value, port, now);

    /// <summary>Makes an entry young again, if it is at a port and has not expired.</summary>
    /// <returns>False when <see cref="Learn(TKey, ulong, PortId, uint)"/> may have more to do.</returns>
    internal bool TryRenew(TKey key, ulong hash, PortId port, uint now)
    {
        int at = Search(key, hash, out ulong value);
        if (at < 0 || LearnedValue.Port(value) != port || IsExpired(value, now))
        {
            return false;
        }

        Refresh(at, value, now);
        return true;
    }
}
