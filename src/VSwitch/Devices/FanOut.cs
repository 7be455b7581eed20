using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.Devices;

/// <summary>Step 5: fan-out. Sends frames of a burst to one device, after finishing what the device cannot take over.</summary>
/// <remarks>Belongs to one thread; several fan-outs may send to one device at once. Every frame ends as sent or as a counted drop.</remarks>
internal sealed class FanOut
{
    private const int MaxTagOctets = 2 * VlanTag.Length; // what a tagged frame may be longer than the MTU says

    private readonly Segmenter _segmenter = new();
    private readonly FrameBatch _segments = new();
    private readonly int[] _allSegments = [.. Enumerable.Range(0, FrameBatch.DefaultCapacity)];
    private readonly int[] _finished;

    internal FanOut(int batchCapacity) => _finished = new int[batchCapacity];

    /// <summary>Sends frames to a device, in order.</summary>
    /// <param name="batch">Where the frames are; a checksum may be finished in place.</param>
    /// <param name="which">Their indexes.</param>
    /// <param name="to">The device.</param>
    internal void Send(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to)
    {
        int longest = to.Device.Mtu + to.HeaderOctets;
        foreach (int i in which)
        {
            ref FrameMetadata frame = ref batch[i];
            if (frame.Length > longest || (!frame.Offload.IsNone && (frame.Offload.Kinds & ~to.SendOffloads) != 0))
            {
                SendUnfinishedSlow(batch, which, to, longest);
                return;
            }
        }

        SendFinished(batch, which, to);
    }

    /// <summary>Some frame is too long for the link or asks for what the device cannot do: looks at each.</summary>
    private void SendUnfinishedSlow(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to, int longest)
    {
        int finished = 0;
        foreach (int i in which)
        {
            ref FrameMetadata frame = ref batch[i];
            if (Math.Min(frame.Length, frame.Offload.LongestOnWire(frame.Length)) > longest + TagOctets(batch.Octets(i), to))
            {
                to.Counters.Drop(DropReason.Oversize);
            }
            else if ((frame.Offload.Kinds & ~to.SendOffloads) == 0)
            {
                _finished[finished++] = i;
            }
            else if (frame.Offload.GsoType == GsoType.None)
            {
                ChecksumCompletion.Complete(batch, i);
                _finished[finished++] = i;
            }
            else
            {
                SendFinished(batch, _finished.AsSpan(0, finished), to); // those in front keep their place
                finished = 0;
                SendSegments(batch, i, to);
            }
        }

        SendFinished(batch, _finished.AsSpan(0, finished), to);
    }

    private void SendSegments(FrameBatch batch, int index, AttachedDevice to)
    {
        int segments = _segmenter.Begin(batch, index, to.SendOffloads);
        if (segments == 0)
        {
            to.Counters.Drop(DropReason.BadOffload); // can't be: the ingress filter has validated it
            return;
        }

        to.Counters.Replicate(segments - 1);
        _segments.Clear();
        while (_segmenter.Next(_segments) is int cut and > 0)
        {
            SendFinished(_segments, _allSegments.AsSpan(0, cut), to);
            _segments.Clear();
        }
    }

    private static void SendFinished(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to)
    {
        while (which.Length > 0)
        {
            int taken = TrySend(batch, which, to, out DropReason refusal);
            CountSent(batch, which[..taken], to);
            which = which[taken..];
            if (which.Length == 0)
            {
                return;
            }

            // A frame that is refused for itself does not hold up the others; a device that can't send now can't send the rest either.
            int lost = refusal is DropReason.DeviceRefused or DropReason.Oversize ? 1 : which.Length;
            to.Counters.Drop(refusal, lost);
            which = which[lost..];
        }
    }

    private static int TrySend(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to, out DropReason refusal)
    {
        batch.Refusal = DropReason.EgressFull;
        try
        {
            int taken = to.Device.TrySend(batch, which);
            refusal = batch.Refusal == DropReason.None ? DropReason.EgressFull : batch.Refusal;
            return Math.Clamp(taken, 0, which.Length);
        }
        catch (ObjectDisposedException)
        {
            refusal = DropReason.LinkDown;
        }
        catch (Exception)
        {
            refusal = DropReason.DeviceFault; // one fault stays in one port
        }

        return 0;
    }

    private static void CountSent(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to)
    {
        if (which.Length == 0)
        {
            return;
        }

        long octets = 0;
        foreach (int i in which)
        {
            octets += batch[i].Length;
        }

        to.Counters.Sent(which.Length, octets);
    }

    private static int TagOctets(ReadOnlySpan<byte> frame, AttachedDevice to)
    {
        int octets = 0;
        if (to.HeaderOctets > 0)
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
