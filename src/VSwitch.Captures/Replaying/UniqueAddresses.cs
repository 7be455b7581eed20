using System.Buffers.Binary;
using VSwitch.Captures.Splitting;
using VSwitch.Wire;

namespace VSwitch.Captures.Replaying;

/// <summary>Gives the flows of every loop addresses of their own: the number of the loop is added to the source and taken from the destination.</summary>
/// <remarks>
/// Counted in ones' complement, so that the sum of both, and with it every checksum that covers them, stays what it was (RFC 1071). Of an IPv6 address the
/// last 32 bits change. The first loop is as it was captured; frames that are no IP stay as they are.
/// </remarks>
/// <param name="loops">How many loops share their addresses.</param>
public sealed class UniqueAddresses(long loops = 1) : IFrameTransform
{
    private const int MaxTags = 2;
    private const int IPv4Source = 12;
    private const int IPv6SourceEnd = 20;
    private const int IPv6DestinationEnd = 36;

    /// <inheritdoc/>
    public bool TryTransform(Span<byte> buffer, ref int length, TrafficSide side, long round)
    {
        Span<byte> frame = buffer[..length];
        var number = (uint)(round / loops % uint.MaxValue);
        if (number == 0 || !TryFindPacket(frame, out EtherType type, out int offset))
        {
            return true;
        }

        Span<byte> packet = frame[offset..];
        if (type == EtherType.IPv4 && packet.Length >= IPv4Header.MinLength)
        {
            Move(packet[IPv4Source..], packet[(IPv4Source + sizeof(uint))..], number);
        }
        else if (type == EtherType.IPv6 && packet.Length >= IPv6Header.Length)
        {
            Move(packet[IPv6SourceEnd..], packet[IPv6DestinationEnd..], number);
        }

        return true;
    }

    internal static bool TryFindPacket(ReadOnlySpan<byte> frame, out EtherType type, out int offset)
    {
        offset = EthernetHeader.Length;
        type = default;
        for (int tags = 0; tags <= MaxTags && offset <= frame.Length; tags++, offset += VlanTag.Length)
        {
            type = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[(offset - sizeof(ushort))..]);
            if (!VlanTag.IsTag(type))
            {
                return true;
            }
        }

        return false;
    }

    private static void Move(Span<byte> source, Span<byte> destination, uint number)
    {
        BinaryPrimitives.WriteUInt32BigEndian(source, Add(BinaryPrimitives.ReadUInt32BigEndian(source), number));
        BinaryPrimitives.WriteUInt32BigEndian(destination, Add(BinaryPrimitives.ReadUInt32BigEndian(destination), ~number));
    }

    private static uint Add(uint left, uint right)
    {
        ulong sum = (ulong)left + right;
        return (uint)sum + (uint)(sum >> 32);
    }
}
