using System.Buffers.Binary;
using VSwitch.Identifiers;

namespace VSwitch.Wire;

/// <summary>Reads an ARP request or reply for IPv4 over Ethernet, in place.</summary>
/// <remarks>
/// Octets: hardware type 2 | protocol type 2 | hardware length 1 | protocol length 1 | operation 2 | sender hardware 6 | sender protocol 4 |
/// target hardware 6 | target protocol 4, big-endian. Source: RFC 826; probes and announcements: RFC 5227.
/// </remarks>
internal readonly ref struct ArpMessage
{
    /// <summary>Octets of the message.</summary>
    public const int Length = 28;

    // Hardware type 1 (Ethernet), protocol type 0x0800 (IPv4), 6 and 4 octets of address.
    private const ulong EthernetIPv4 = 0x0001_0800_0604;
    private const int OperationOffset = 6;
    private const int SenderHardwareOffset = 8;
    private const int SenderProtocolOffset = 14;
    private const int TargetHardwareOffset = 18;
    private const int TargetProtocolOffset = 24;

    private readonly ReadOnlySpan<byte> _octets;

    private ArpMessage(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Request or reply.</summary>
    public ArpOperation Operation => (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(_octets[OperationOffset..]);

    /// <summary>The sender's station: never a group, never zero.</summary>
    public MacAddress SenderHardwareAddress => MacAddress.Read(_octets[SenderHardwareOffset..]);

    /// <summary>The sender's IPv4 address, the first octet highest; 0 of a probe (RFC 5227, section 1.1).</summary>
    public uint SenderProtocolAddress => BinaryPrimitives.ReadUInt32BigEndian(_octets[SenderProtocolOffset..]);

    /// <summary>Whom a reply is for; means nothing in a request.</summary>
    public MacAddress TargetHardwareAddress => MacAddress.Read(_octets[TargetHardwareOffset..]);

    /// <summary>The IPv4 address that is asked for; of an announcement, the sender's own.</summary>
    public uint TargetProtocolAddress => BinaryPrimitives.ReadUInt32BigEndian(_octets[TargetProtocolOffset..]);

    /// <summary>Checks the message once; afterwards no property can throw.</summary>
    /// <param name="payload">What follows the Ethernet header; may be padded.</param>
    /// <param name="message">The message, when the result is true.</param>
    /// <returns>
    /// False for another hardware or protocol, another operation, a message cut short, a sender that is no station, or a sender's protocol address
    /// that no host has: a group, or above (the broadcast).
    /// </returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out ArpMessage message)
    {
        message = default;
        if (payload.Length < Length || BinaryPrimitives.ReadUInt64BigEndian(payload) >> 16 != EthernetIPv4)
        {
            return false;
        }

        ArpMessage read = new(payload[..Length]);
        if (read.Operation is not (ArpOperation.Request or ArpOperation.Reply)
            || !read.SenderHardwareAddress.IsStation
            || read.SenderProtocolAddress >> 28 >= 0xE)
        {
            return false;
        }

        message = read;
        return true;
    }

    /// <summary>Writes a message.</summary>
    /// <param name="payload">At least <see cref="Length"/> octets behind an Ethernet header.</param>
    /// <param name="operation">Request or reply.</param>
    /// <param name="senderMac">The sender's station.</param>
    /// <param name="senderAddress">The sender's IPv4 address, the first octet highest; 0 makes a probe.</param>
    /// <param name="targetMac">Whom a reply is for; zero in a request.</param>
    /// <param name="targetAddress">The IPv4 address that is asked for, or that of the receiver of a reply.</param>
    public static void Write(
        Span<byte> payload, ArpOperation operation, MacAddress senderMac, uint senderAddress, MacAddress targetMac, uint targetAddress)
    {
        BinaryPrimitives.WriteUInt64BigEndian(payload, (EthernetIPv4 << 16) | (ushort)operation);
        senderMac.Write(payload[SenderHardwareOffset..]);
        BinaryPrimitives.WriteUInt32BigEndian(payload[SenderProtocolOffset..], senderAddress);
        targetMac.Write(payload[TargetHardwareOffset..]);
        BinaryPrimitives.WriteUInt32BigEndian(payload[TargetProtocolOffset..], targetAddress);
    }
}
