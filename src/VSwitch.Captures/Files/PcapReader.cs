namespace VSwitch.Captures.Files;

/// <summary>Reads the records of classic pcap.</summary>
/// <remarks>
/// File header, 24 octets: magic 4 | major 2 | minor 2 | zone 4 | accuracy 4 | snapshot length 4 | link type 4.
/// Record header, 16 octets: seconds 4 | fraction 4 | octets kept 4 | octets on the wire 4; in the modified format 8 more.
/// Source: draft-ietf-opsawg-pcap; the older versions and the modified format as libpcap reads them.
/// </remarks>
internal sealed class PcapReader : RecordReader
{
    private const int FileHeaderLength = 24;
    private const int RecordHeaderLength = 16;
    private const int ModifiedRecordHeaderLength = 24;

    internal const uint MicrosecondMagic = 0xA1B2_C3D4;
    internal const uint NanosecondMagic = 0xA1B2_3C4D;
    private const uint ModifiedMagic = 0xA1B2_CD34;

    // Above are the length of an FCS (4 bits), whether it is known, and a reserved bit.
    // 16 to 25 are reserved too, and a value there is no link type that anybody knows.
    private const uint LinkTypeBits = 0x03FF_FFFF;

    private readonly int _headerLength;
    private readonly uint _nanosecondsOfFraction;

    // Before version 2.3 the two lengths stood the other way round; 2.3 was written both ways.
    private readonly bool _isSwapped;
    private readonly bool _mayBeSwapped;
    private readonly CaptureInterface _interface = new();

    private PcapReader(InputBuffer input, CaptureFormat format, bool isBigEndian)
        : base(input, isBigEndian)
    {
        Format = format;
        _headerLength = format == CaptureFormat.ModifiedPcap ? ModifiedRecordHeaderLength : RecordHeaderLength;
        _nanosecondsOfFraction = format == CaptureFormat.NanosecondPcap ? 1u : 1000;
        if (!input.Has(FileHeaderLength))
        {
            FailShort(0, "the file header");
            return;
        }

        ushort major = Half(input.Held, 4);
        ushort minor = Half(input.Held, 6);
        const ushort navtel = 543; // written by tools of that maker, which kept the old order
        _isSwapped = major == navtel || minor < 3;
        _mayBeSwapped = major == 2 && minor == 3;
        if (major is not (2 or navtel))
        {
            Fail(4, $"version {major}.{minor} of pcap is not known");
            return;
        }

        _interface = new CaptureInterface
        {
            LinkType = (LinkType)(Word(input.Held, 20) & LinkTypeBits),
            SnapLength = Word(input.Held, 16),
            TimestampResolution = format == CaptureFormat.NanosecondPcap ? TimestampScale.Nanoseconds : TimestampScale.Microseconds,
        };
        Interfaces.Add(_interface);
        input.Advance(FileHeaderLength);
    }

    internal override CaptureFormat Format { get; }

    /// <summary>The reader for a file that begins so; null when it is no pcap.</summary>
    internal static PcapReader? For(InputBuffer input, uint bigEndianMagic, uint littleEndianMagic) =>
        FormatOf(bigEndianMagic) is { } big ? new PcapReader(input, big, isBigEndian: true)
        : FormatOf(littleEndianMagic) is { } little ? new PcapReader(input, little, isBigEndian: false)
        : null;

    internal override bool TryRead(out CapturedPacket packet)
    {
        packet = default;
        if (Error is not null)
        {
            return false;
        }

        if (!Input.Has(_headerLength))
        {
            return (!Input.Held.IsEmpty || Input.Damage is not null) && FailShort(Input.Offset, "a record header");
        }

        ReadOnlySpan<byte> header = Input.Held;
        uint kept = Word(header, 8);
        uint original = Word(header, 12);
        if (_isSwapped || (_mayBeSwapped && kept > original))
        {
            (kept, original) = (original, kept);
        }

        if (kept > MaxPacket)
        {
            return Fail(Input.Offset, $"a packet claims {kept} octets: {MaxPacket} are the most");
        }

        int length = _headerLength + (int)kept;
        if (!Input.Has(length))
        {
            return FailShort(Input.Offset, "a packet");
        }

        header = Input.Held;
        packet = new CapturedPacket
        {
            Interface = _interface,
            Timestamp = ((long)Word(header, 0) * TimestampScale.NanosecondsPerSecond) + ((long)Word(header, 4) * _nanosecondsOfFraction),
            Octets = header[_headerLength..length],
            OriginalLength = original,
            Comments = [],
        };
        Input.Advance(length);
        return true;
    }

    private static CaptureFormat? FormatOf(uint magic) => magic switch
    {
        MicrosecondMagic => CaptureFormat.Pcap,
        NanosecondMagic => CaptureFormat.NanosecondPcap,
        ModifiedMagic => CaptureFormat.ModifiedPcap,
        _ => null,
    };
}
