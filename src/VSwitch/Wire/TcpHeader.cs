using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace VSwitch.Wire;

/// <summary>Reads the TCP header at the front of a segment, in place.</summary>
/// <remarks>
/// Octets: source port 2 | destination port 2 | sequence number 4 | acknowledgment number 4 | data offset 4 bits, reserved 4 bits | flags 1 |
/// window 2 | checksum 2 | urgent pointer 2 | options 0 to 40. Source: RFC 9293, section 3.1.
/// </remarks>
internal readonly ref struct TcpHeader
{
    /// <summary>Octets of a header without options.</summary>
    public const int MinLength = 20;

    /// <summary>Where the sequence number stands.</summary>
    public const int SequenceNumberOffset = 4;

    /// <summary>Where the flags stand, CWR in the highest bit.</summary>
    public const int FlagsOffset = 13;

    /// <summary>Where the checksum stands.</summary>
    public const int ChecksumOffset = 16;

    private readonly ReadOnlySpan<byte> _octets;

    private TcpHeader(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Octets of the header, options counted: 20 to 60.</summary>
    public int HeaderLength => _octets.Length;

    /// <summary>The sender's port.</summary>
    public ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_octets);

    /// <summary>The receiver's port.</summary>
    public ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_octets[2..]);

    /// <summary>The eight flags.</summary>
    public TcpFlags Flags => (TcpFlags)_octets[FlagsOffset];

    /// <summary>The number of the first octet of payload.</summary>
    public uint SequenceNumber => BinaryPrimitives.ReadUInt32BigEndian(_octets[SequenceNumberOffset..]);

    /// <summary>The checksum, or the sum of the pseudo-header when it is unfinished.</summary>
    public ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_octets[ChecksumOffset..]);

    /// <summary>Checks the data offset once; afterwards no property can throw.</summary>
    /// <returns>False when the segment ends inside its header, or the data offset is less than a header.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> segment, out TcpHeader header)
    {
        header = default;
        if (segment.Length < MinLength)
        {
            return false;
        }

        int length = (segment[12] >> 4) * 4;
        if (length < MinLength || length > segment.Length)
        {
            return false;
        }

        header = new(segment[..length]);
        return true;
    }
}
