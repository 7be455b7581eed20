using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VSwitch.Frames;

/// <summary>What is left to do on a frame: finish a checksum, cut it into segments (virtio_net_hdr).</summary>
/// <remarks>
/// Octets, little-endian as TUNSETVNETLE sets it: flags 1 | gso_type 1 | hdr_len 2 | gso_size 2 | csum_start 2 | csum_offset 2 | num_buffers 2.
/// Offsets count from the first octet of the frame, of the IP header where there is no Ethernet header. Source: linux/virtio_net.h, struct virtio_net_hdr_mrg_rxbuf.
/// </remarks>
public partial struct OffloadInfo : IEquatable<OffloadInfo>
{
    /// <summary>Octets of the header with num_buffers, the form that this project uses everywhere.</summary>
    public const int Length = 12;

    private const byte NeedsCsumFlag = 1;     // VIRTIO_NET_HDR_F_NEEDS_CSUM
    private const byte EcnBit = 0x80;         // VIRTIO_NET_HDR_GSO_ECN

    private byte _flags;
    private byte _gsoType;

    /// <summary>Octets of all headers, up to L4, in front of the payload that is to be cut; a hint.</summary>
    public ushort HdrLen { get; set; }

    /// <summary>Payload octets of each segment but the last.</summary>
    public ushort GsoSize { get; set; }

    /// <summary>Where the checksum begins to sum: the first octet of the L4 header.</summary>
    public ushort CsumStart { get; set; }

    /// <summary>Where the checksum goes, counted from <see cref="CsumStart"/>.</summary>
    public ushort CsumOffset { get; set; }

    /// <summary>The frame carries the sum of the pseudo-header only; the rest is to be added.</summary>
    public bool NeedsCsum
    {
        readonly get => (_flags & NeedsCsumFlag) != 0;
        set => _flags = value ? NeedsCsumFlag : (byte)0;
    }

    /// <summary>How the frame is to be cut; a value outside the enumeration is a lie that <c>TryValidate</c> finds.</summary>
    public GsoType GsoType
    {
        readonly get => (GsoType)(_gsoType & ~EcnBit);
        set => _gsoType = (byte)((byte)value | (_gsoType & EcnBit));
    }

    /// <summary>The super-frame carries CWR, which belongs on the first segment alone (RFC 3168, section 6.1.2).</summary>
    public bool HasEcn
    {
        readonly get => (_gsoType & EcnBit) != 0;
        set => _gsoType = (byte)((_gsoType & ~EcnBit) | (value ? EcnBit : 0));
    }

    /// <summary>Nothing is left to do: the frame is as on the wire.</summary>
    public readonly bool IsNone => (_flags | _gsoType) == 0;

    /// <summary>Every field is zero: there is not even anything to check.</summary>
    internal readonly bool IsZero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // in the ingress filter's loop: 1 of 24 ns a frame
        get
        {
            ReadOnlySpan<byte> fields = MemoryMarshal.AsBytes(new ReadOnlySpan<OffloadInfo>(in this)); // two words: a field at a time takes six loads
            return (MemoryMarshal.Read<ulong>(fields) | MemoryMarshal.Read<ushort>(fields[sizeof(ulong)..])) == 0;
        }
    }

    /// <summary>What a device must be able to take over for this frame to reach it whole.</summary>
    public readonly OffloadKinds Kinds =>
        (NeedsCsum ? OffloadKinds.Checksum : OffloadKinds.None)
        | (HasEcn ? OffloadKinds.TsoEcn : OffloadKinds.None)
        | GsoType switch
        {
            GsoType.TcpIPv4 => OffloadKinds.Tso4,
            GsoType.TcpIPv6 => OffloadKinds.Tso6,
            GsoType.UdpSegmentation => OffloadKinds.Uso,
            _ => OffloadKinds.None,
        };

    /// <summary>Reads a header; flag bits other than NEEDS_CSUM mean nothing to the switch and are cleared.</summary>
    /// <param name="octets">At least <see cref="Length"/> octets.</param>
    public static OffloadInfo Read(ReadOnlySpan<byte> octets)
    {
        _ = octets[Length - 1];
        return new OffloadInfo
        {
            _flags = (byte)(octets[0] & NeedsCsumFlag),
            _gsoType = octets[1],
            HdrLen = BinaryPrimitives.ReadUInt16LittleEndian(octets[2..]),
            GsoSize = BinaryPrimitives.ReadUInt16LittleEndian(octets[4..]),
            CsumStart = BinaryPrimitives.ReadUInt16LittleEndian(octets[6..]),
            CsumOffset = BinaryPrimitives.ReadUInt16LittleEndian(octets[8..]),
        };
    }

    /// <summary>Writes the header, num_buffers zero.</summary>
    /// <param name="octets">At least <see cref="Length"/> octets.</param>
    public readonly void Write(Span<byte> octets)
    {
        _ = octets[Length - 1];
        octets[0] = _flags;
        octets[1] = _gsoType;
        BinaryPrimitives.WriteUInt16LittleEndian(octets[2..], HdrLen);
        BinaryPrimitives.WriteUInt16LittleEndian(octets[4..], GsoSize);
        BinaryPrimitives.WriteUInt16LittleEndian(octets[6..], CsumStart);
        BinaryPrimitives.WriteUInt16LittleEndian(octets[8..], CsumOffset);
        BinaryPrimitives.WriteUInt16LittleEndian(octets[10..], 0);
    }

    /// <inheritdoc/>
    public readonly bool Equals(OffloadInfo other) =>
        _flags == other._flags && _gsoType == other._gsoType && HdrLen == other.HdrLen && GsoSize == other.GsoSize
        && CsumStart == other.CsumStart && CsumOffset == other.CsumOffset;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is OffloadInfo other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(_flags, _gsoType, HdrLen, GsoSize, CsumStart, CsumOffset);

    /// <summary>Whether two describe the same work.</summary>
    public static bool operator ==(OffloadInfo left, OffloadInfo right) => left.Equals(right);

    /// <summary>Whether two describe different work.</summary>
    public static bool operator !=(OffloadInfo left, OffloadInfo right) => !left.Equals(right);
}
