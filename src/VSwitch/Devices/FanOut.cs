using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.Devices;

/// <summary>Step 5: fan-out. Sends frames of a burst to one device, after finishing what the device cannot take over.</summary>
/// <param name="witness">Sees what becomes of each frame; null for nobody.</param>
/// <remarks>Belongs to one thread; several fan-outs may send to one device at once. Every frame ends as sent or as a counted drop.</remarks>
internal sealed class FanOut(SendWitness? witness = null)
{
    private const int MaxTagOctets = 2 * VlanTag.Length; // what a tagged frame may be longer than the MTU says

    private readonly Segmenter _segmenter = new();
    private readonly FrameBatch _segments = new();
    private readonly int[] _one = new int[1];
    private readonly int[] _allSegments = [.. Enumerable.Range(0, FrameBatch.DefaultCapacity)];

    /// <summary>Sends frames to a device, in order; what the device refuses is dropped and counted.</summary>
    /// <param name="batch">Where the frames are; a checksum may be finished in place.</param>
    /// <param name="which">Their indexes.</param>
    /// <param name="to">The device.</param>
    internal void Send(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to)
    {
        while (which.Length > 0)
        {
            int taken = Offer(batch, which, to);
            which = which[taken..];
            if (which.Length > 0)
            {
                // A frame that is refused for itself does not hold up the others; a device that can't send now can't send the rest either.
                int lost = batch.Refusal is DropReason.DeviceRefused or DropReason.Oversize ? 1 : which.Length;
                Drop(batch, which[..lost], to, batch.Refusal);
                which = which[lost..];
            }
        }
    }

    /// <summary>Counts frames that are not sent to a device.</summary>
    internal void Drop(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to, DropReason reason)
    {
        to.Counters.Drop(reason, which.Length);
        if (witness is { IsActive: true })
        {
            witness.Refused(batch, which, to, reason);
        }
    }

    /// <summary>Sends frames to a device, in order, until it refuses one.</summary>
    /// <returns>How many were taken, from the front. When it is fewer than all, <see cref="FrameBatch.Refusal"/> says why the next was not; it is not counted.</returns>
    internal int Offer(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to)
    {
        int mtu = to.AskMtu(out DropReason failure);
        if (failure != DropReason.None)
        {
            batch.Refusal = failure;
            return 0;
        }

        int longest = mtu + to.HeaderOctets;
        Span<FrameMetadata> frames = batch.Frames;
        long octets = 0;
        foreach (int i in which)
        {
            ref readonly FrameMetadata frame = ref frames[i];
            octets += frame.Length;
            if (frame.Length > longest || (!frame.Offload.IsNone && (frame.Offload.Kinds & ~to.SendOffloads) != 0))
            {
                return OfferUnfinishedSlow(batch, which, to, longest);
            }
        }

        return OfferFinished(batch, which, octets, to);
    }

    /// <summary>Some frame is too long for the link or asks for what the device cannot do: looks at each.</summary>
    private int OfferUnfinishedSlow(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to, int longest)
    {
        int start = 0; // those in front are sent, those from here to the current one are finished
        for (int at = 0; at < which.Length; at++)
        {
            ref FrameMetadata frame = ref batch[which[at]];
            bool isOversize = Math.Min(frame.Length, frame.Offload.LongestOnWire(frame.Length)) > longest + TagOctets(batch.Octets(which[at]), to);
            if (!isOversize && (frame.Offload.Kinds & ~to.SendOffloads) == 0)
            {
                continue;
            }

            if (!isOversize && frame.Offload.GsoType == GsoType.None)
            {
                ChecksumCompletion.Complete(batch, which[at]);
                continue;
            }

            start += OfferFinished(batch, which[start..at], to); // those in front keep their place
            if (start < at)
            {
                return start;
            }

            if (isOversize)
            {
                batch.Refusal = DropReason.Oversize;
                return at;
            }

            if (!TrySendSegments(batch, which[at], to))
            {
                return at;
            }

            start = at + 1;
        }

        return start + OfferFinished(batch, which[start..], to);
    }

    /// <returns>False when the device had no room for the first of the segments: nothing was sent, nothing counted.</returns>
    private bool TrySendSegments(FrameBatch batch, int index, AttachedDevice to)
    {
        int segments = _segmenter.Begin(batch, index, to.SendOffloads, to.LinkLayer);
        if (segments == 0)
        {
            _one[0] = index;
            Drop(batch, _one, to, DropReason.BadOffload); // can't be: the ingress filter has validated it
            return true;
        }

        _segments.Clear();
        int cut = _segmenter.Next(_segments);
        int taken = OfferFinished(_segments, _allSegments.AsSpan(0, cut), to);
        if (taken == 0 && _segments.Refusal is not (DropReason.DeviceRefused or DropReason.Oversize))
        {
            batch.Refusal = _segments.Refusal;
            return false;
        }

        to.Counters.Replicate(segments - 1);
        Send(_segments, _allSegments.AsSpan(taken, cut - taken), to);
        _segments.Clear();
        while (_segmenter.Next(_segments) is int more and > 0)
        {
            Send(_segments, _allSegments.AsSpan(0, more), to);
            _segments.Clear();
        }

        return true;
    }

    private int OfferFinished(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to) => OfferFinished(batch, which, OctetsOf(batch, which), to);

    /// <param name="batch">Where the frames are.</param>
    /// <param name="which">Their indexes.</param>
    /// <param name="octets">Of all of them.</param>
    /// <param name="to">The device.</param>
    private int OfferFinished(FrameBatch batch, ReadOnlySpan<int> which, long octets, AttachedDevice to)
    {
        int taken = 0;
        while (taken < which.Length)
        {
            bool isSeen = witness is { IsActive: true };
            if (isSeen)
            {
                witness!.Offering(batch, which[taken..], to);
            }

            int more = TrySend(batch, which[taken..], to);
            if (isSeen)
            {
                witness!.Taken(more);
            }

            if (more > 0)
            {
                to.Counters.Sent(more, more == which.Length ? octets : OctetsOf(batch, which.Slice(taken, more)));
            }

            taken += more;
            if (more == 0 || to.IsNative || batch.Refusal != DropReason.EgressFull)
            {
                break; // a device that took some, and does not say why no more, may take batches that are shorter than ours
            }
        }

        return taken;
    }

    private static int TrySend(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to)
    {
        batch.Refusal = DropReason.EgressFull;
        try
        {
            int taken = to.Device.TrySend(batch, which);
            batch.Refusal = batch.Refusal == DropReason.None ? DropReason.EgressFull : batch.Refusal;
            return Math.Clamp(taken, 0, which.Length);
        }
        catch (ObjectDisposedException closed)
        {
            batch.Refusal = DropReason.LinkDown;
            to.Failed(closed);
        }
        catch (Exception error)
        {
            batch.Refusal = DropReason.DeviceFault; // one fault stays in one port
            to.Failed(error);
        }

        return 0;
    }

    private static long OctetsOf(FrameBatch batch, ReadOnlySpan<int> which)
    {
        long octets = 0;
        foreach (int i in which)
        {
            octets += batch[i].Length;
        }

        return octets;
    }

    private static int TagOctets(ReadOnlySpan<byte> frame, AttachedDevice to)
    {
        int octets = 0;
        if (to.LinkLayer == LinkLayer.Ethernet)
        {
            ReadOnlySpan<byte> behindAddresses = frame[12..];
            while (octets < MaxTagOctets && VlanTag.TryRead(behindAddresses[octets..], out VlanTag tag) && VlanTag.IsTag(tag.Protocol))
            {
                octets += VlanTag.Length;
            }
        }

        return octets;
    }
}
