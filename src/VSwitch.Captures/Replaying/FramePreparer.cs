using VSwitch.Captures.Conversion;
using VSwitch.Captures.Files;
using VSwitch.Captures.Splitting;
using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.Captures.Replaying;

/// <summary>Makes of a packet of a capture the frames that are sent for it, or the reason why there are none.</summary>
/// <param name="splitter">Says where a packet goes; null for the first side.</param>
/// <param name="mtus">Of the sides.</param>
/// <param name="cuts">Super-frames are cut into segments.</param>
/// <param name="transform">Changes frames on the way; null for none.</param>
internal sealed class FramePreparer(ISplitter? splitter, int[] mtus, bool cuts, IFrameTransform? transform)
{
    private readonly LinkTypeConverter _converter = new();
    private readonly FrameCutter _cutter = new();

    /// <summary>Appends at least one entry.</summary>
    /// <param name="packet">As it was read.</param>
    /// <param name="number">Its number in its file, from 1.</param>
    /// <param name="loop">From 0.</param>
    /// <param name="marks">What is known of it.</param>
    /// <param name="into">Where the frames go; it has room.</param>
    internal void Prepare(in CapturedPacket packet, long number, long loop, FrameMarks marks, FrameStore into)
    {
        marks |= FrameMarks.PacketStart;
        marks |= packet.OriginalLength > (uint)packet.Octets.Length ? FrameMarks.Cut : FrameMarks.None;
        Span<byte> place = into.Rest[..FrameBatch.MaxFrameLength];
        TrafficSide side = TrafficSide.Primary;
        ConversionVerdict verdict = _converter.Convert(packet.Interface.LinkType, packet.Octets, place);
        int length = verdict.Length;
        ReplayFailure failure = verdict.Refusal switch
        {
            ConversionRefusal.None => length < EthernetHeader.Length ? ReplayFailure.Runt : ReplayFailure.None,
            ConversionRefusal.NoRoom => ReplayFailure.TooLong,
            _ => ReplayFailure.LinkType,
        };
        if (failure != ReplayFailure.None)
        {
            into.Append(packet.Octets.Length, side, packet.Timestamp, marks, failure);
            return;
        }

        side = splitter?.SideOf(number, packet.Interface.Index, place[..length]) ?? side;
        if (side == TrafficSide.Skip)
        {
            into.Append(0, side, packet.Timestamp, marks);
            return;
        }

        marks |= packet.Interface.LinkType != LinkType.Ethernet ? FrameMarks.Converted : FrameMarks.None;
        if (transform is not null && !transform.TryTransform(place, ref length, side, loop))
        {
            into.Append(0, TrafficSide.Skip, packet.Timestamp, marks);
            return;
        }

        int longest = FrameCutter.LongestFrame(place[..length], mtus[Math.Min(mtus.Length, (int)side) - 1]);
        if (length <= longest)
        {
            into.Append(length, side, packet.Timestamp, marks);
        }
        else if (cuts && _cutter.TryBegin(place[..length], longest))
        {
            AppendPieces(side, packet.Timestamp, marks | FrameMarks.SuperFrame, into);
        }
        else
        {
            into.Append(length, side, packet.Timestamp, marks, ReplayFailure.Oversize);
        }
    }

    private void AppendPieces(TrafficSide side, long? timestamp, FrameMarks marks, FrameStore into)
    {
        for (FrameBatch pieces = _cutter.Next(); pieces.Count > 0; pieces = _cutter.Next())
        {
            for (int i = 0; i < pieces.Count; i++)
            {
                ReadOnlySpan<byte> piece = pieces.Octets(i);
                piece.CopyTo(into.Rest);
                into.Append(piece.Length, side, timestamp, marks);
                marks = FrameMarks.None;
            }
        }
    }
}
