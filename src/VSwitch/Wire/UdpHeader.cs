using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace VSwitch.Wire;

/// <summary>Reads the UDP header at the front of a datagram, in place.</summary>
/// <remarks>Octets: source port 2 | destination port 2 | length 2 | checksum 2. Source: RFC 768.</remarks>
internal readonly ref struct UdpHeader
{
    /// <summary>Octets of the header.</summary>
    public const int Length = 8;

    /// <summary>Where the length of the datagram stands.</summary>
    public const int DatagramLengthOffset = 4;

    /// <summary>Where the checksum stands.</summary>
    public const int ChecksumOffset = 6;

    private readonly ReadOnlySpan<byte> _octets;

    private UdpHeader(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>The sender's port.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_octets);

    /// <summary>The receiver's port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_octets[2..]);

    /// <summary>Octets of header and payload, as the header claims.</summary>
    public ushort DatagramLength => BinaryPrimitives.ReadUInt16BigEndian(_octets[DatagramLengthOffset..]);

    /// <summary>The checksum, or the sum of the pseudo-header when it is unfinished; 0 says that there is none.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_octets[ChecksumOffset..]);

    /// <summary>Checks the length once; afterwards no property can throw.</summary>
    /// <returns>False when the datagram ends inside its header.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> datagram, out UdpHeader header)
    {
        bool fits = datagram.Length >= Length;
        header = fits ? new(datagram[..Length]) : default;
        return fits;
    }
}
