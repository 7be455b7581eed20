using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Neighbors;

namespace VSwitch.Forwarding.Layer3;

/// <summary>Packets that wait for the link-layer address of their next hop (RFC 1122, 2.3.2.2; RFC 4861, 7.2.2).</summary>
/// <remarks>Any thread. Memory that no packet has touched costs no RAM; nothing is allocated for a packet.</remarks>
internal sealed class HeldPackets
{
    /// <summary>Packets in all.</summary>
    internal const int Capacity = 256;

    /// <summary>Packets for one neighbour.</summary>
    internal const int PerNeighbor = 3;

    private readonly Lazy<FrameBatch> _lazyFrames = new(Reserve);
    private readonly Stack<int> _free = new(Capacity);
    private readonly Dictionary<IpAddressKey, (int Count, int First)> _queues = new(Capacity);
    private readonly int[] _next = new int[Capacity];
    private readonly int[] _asker = new int[Capacity];
    private readonly int[] _heldFor = new int[PortId.MaxPorts + 1]; // the last is for those that are no port
    private readonly MacAddress[] _from = new MacAddress[Capacity];

    internal HeldPackets()
    {
        for (int i = 0; i < Capacity; i++)
        {
            _free.Push(i);
        }
    }

    private FrameBatch Frames => _lazyFrames.Value;

    /// <summary>Some packet waits.</summary>
    internal bool HasAny
    {
        get
        {
            lock (Deciding)
            {
                return _queues.Count > 0;
            }
        }
    }

    /// <summary>Taken while it is decided whether a packet waits, so that an answer cannot slip in between.</summary>
    internal Lock Deciding { get; } = new();

    /// <summary>Holds a packet; <see cref="Deciding"/> is taken.</summary>
    /// <param name="neighbor">Its next hop.</param>
    /// <param name="batch">Where the packet is, in its frame.</param>
    /// <param name="index">Which frame.</param>
    /// <param name="asker">The port that it came in by. It may have fewer packets waiting than there are places free: no port's scan takes the room of the others.</param>
    /// <param name="from">The MAC address that it will be sent from; until then it keeps that which it came from.</param>
    /// <returns>False when there is no room for it.</returns>
    internal bool TryHold(IpAddressKey neighbor, FrameBatch batch, int index, PortId asker, MacAddress from)
    {
        ReadOnlySpan<byte> octets = batch.Octets(index);
        (int count, int first) = _queues.GetValueOrDefault(neighbor, (0, -1));
        int port = Math.Min(asker.Index, PortId.MaxPorts);
        if (count >= PerNeighbor || octets.Length > FrameBatch.MaxFrameLength || _heldFor[port] >= _free.Count)
        {
            return false;
        }

        int place = _free.Pop();
        _heldFor[port]++;
        _asker[place] = port;

        ref FrameMetadata held = ref Frames[place];
        held = batch[index];
        held.Offset = FrameBatch.Headroom;
        octets.CopyTo(Frames.Octets(place));
        _next[place] = -1;
        _from[place] = from;
        if (first < 0)
        {
            first = place;
        }
        else
        {
            int last = first;
            while (_next[last] >= 0)
            {
                last = _next[last];
            }

            _next[last] = place;
        }

        _queues[neighbor] = (count + 1, first);
        return true;
    }

    /// <summary>Lets go of the packet that has waited longest for a neighbour.</summary>
    /// <param name="neighbor">The neighbour.</param>
    /// <param name="into">A batch with a place free; takes the packet.</param>
    /// <param name="from">The MAC address that it is to be sent from.</param>
    /// <returns>False when none waits.</returns>
    internal bool TryRelease(IpAddressKey neighbor, FrameBatch into, out MacAddress from)
    {
        from = default;
        lock (Deciding)
        {
            if (!_queues.TryGetValue(neighbor, out (int Count, int First) queue))
            {
                return false;
            }

            int place = queue.First;
            from = _from[place];
            ReadOnlySpan<byte> octets = Frames.Octets(place);
            octets.CopyTo(into.NextSlot()[FrameBatch.Headroom..]);
            into.Append(octets.Length) = Frames[place];
            if (queue.Count == 1)
            {
                _queues.Remove(neighbor);
            }
            else
            {
                _queues[neighbor] = (queue.Count - 1, _next[place]);
            }

            _free.Push(place);
            _heldFor[_asker[place]]--;
            return true;
        }
    }

    /// <summary>Finds the neighbours that packets wait for and nobody asks for any more: the port that asked is gone.</summary>
    /// <param name="neighbors">Knows who is asked for; null: nobody.</param>
    /// <param name="into">They are appended here.</param>
    internal void FindForsaken(NeighborTable? neighbors, List<IpAddressKey> into)
    {
        lock (Deciding)
        {
            foreach (IpAddressKey neighbor in _queues.Keys)
            {
                if (neighbors?.IsAskedFor(neighbor) != true)
                {
                    into.Add(neighbor);
                }
            }
        }
    }

    private static FrameBatch Reserve()
    {
        var frames = new FrameBatch(Capacity);
        while (frames.Free > 0)
        {
            frames.Append(FrameBatch.MaxFrameLength);
        }

        return frames;
    }
}
