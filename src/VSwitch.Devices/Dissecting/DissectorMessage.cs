using System.Buffers.Binary;
using VSwitch.Classifying;
using VSwitch.Frames;

namespace VSwitch.Devices.Dissecting;

/// <summary>What guard and host say to each other over the host's standard input and output.</summary>
/// <remarks>
/// Request: sequence number 4 | link layer 1 | length 2 | so many octets, at most <see cref="MaxOctets"/>. Reply: sequence number 4 | <see cref="DissectorStatus"/> 1 | facts,
/// always as long. Big-endian. A host that is ready replies to number 0. One request at a time: each is replied to before the next.
/// </remarks>
internal static class DissectorMessage
{
    internal const int MaxOctets = 2048;

    internal const int RequestHeader = 7;

    internal const int MaxRequest = RequestHeader + MaxOctets;

    internal const int Reply = ReplyHeader + PacketFacts.EncodedLength;

    private const int ReplyHeader = 5;

    /// <returns>Octets of the request.</returns>
    internal static int WriteRequest(Span<byte> message, uint sequence, LinkLayer linkLayer, ReadOnlySpan<byte> octets)
    {
        BinaryPrimitives.WriteUInt32BigEndian(message, sequence);
        message[4] = (byte)linkLayer;
        BinaryPrimitives.WriteUInt16BigEndian(message[5..], (ushort)octets.Length);
        octets.CopyTo(message[RequestHeader..]);
        return RequestHeader + octets.Length;
    }

    /// <returns>False for a length that no request has.</returns>
    internal static bool TryReadRequestHeader(ReadOnlySpan<byte> message, out uint sequence, out LinkLayer linkLayer, out int length)
    {
        sequence = BinaryPrimitives.ReadUInt32BigEndian(message);
        linkLayer = (LinkLayer)message[4];
        length = BinaryPrimitives.ReadUInt16BigEndian(message[5..]);
        return length <= MaxOctets;
    }

    internal static void WriteReply(Span<byte> message, uint sequence, DissectorStatus status, in PacketFacts facts)
    {
        BinaryPrimitives.WriteUInt32BigEndian(message, sequence);
        message[4] = (byte)status;
        facts.Write(message[ReplyHeader..]);
    }

    /// <returns>False for anything but a reply to this request.</returns>
    internal static bool TryReadReply(ReadOnlySpan<byte> message, uint sequence, out DissectorStatus status, out PacketFacts facts)
    {
        status = (DissectorStatus)message[4];
        bool isTrue = PacketFacts.TryRead(message[ReplyHeader..], out facts);
        return isTrue && BinaryPrimitives.ReadUInt32BigEndian(message) == sequence &&
            status is DissectorStatus.Read or DissectorStatus.NotRead or DissectorStatus.Threw;
    }
}
