using System.Buffers.Binary;
using System.Text;

namespace VSwitch.Captures.Files;

/// <summary>Reads the blocks of pcapng; those without packets are passed over, interfaces and comments on sections excepted.</summary>
/// <remarks>Block: type 4 | total length 4 | body, options last | total length 4. Source: draft-ietf-opsawg-pcapng.</remarks>
internal sealed partial class PcapngReader : RecordReader
{
    private const int MaxBlock = 16 * 1024 * 1024;
    internal const int MaxOptions = 128 * 1024; // of a block; what is behind is passed over
    private const int MaxInterfaces = 4096;
    private const int MaxText = 64 * 1024; // characters of names and comments that stay in memory until the end

    private const int SectionBody = 16;
    private const int InterfaceBody = 8;
    private const ushort Major = 1;

    private readonly List<TimestampScale> _scales = [];
    private readonly List<string> _comments = [];
    private int _firstOfSection;
    private int _textKept;

    // A block whose packet is out, but not its end.
    private long _openBlock;
    private uint _openLength;
    private int _openRest;

    internal PcapngReader(InputBuffer input)
        : base(input, isBigEndian: false) => _ = ReadSection();

    internal override CaptureFormat Format => CaptureFormat.Pcapng;

    internal IReadOnlyList<string> Comments => _comments;

    internal override bool TryRead(out CapturedPacket packet)
    {
        packet = default;
        if (Error is not null || (_openRest > 0 && !CloseBlock()))
        {
            return false;
        }

        while (Input.Has(PcapngBlocks.Frame))
        {
            uint type = Word(Input.Held, 0);
            if (type == PcapngBlocks.SectionHeader)
            {
                if (!ReadSection())
                {
                    return false;
                }

                continue;
            }

            uint length = Word(Input.Held, 4);
            if (!IsPossible(length, 0))
            {
                return false;
            }

            switch (type)
            {
                case PcapngBlocks.EnhancedPacket:
                    return ReadPacket(length, isObsolete: false, out packet);
                case PcapngBlocks.ObsoletePacket:
                    return ReadPacket(length, isObsolete: true, out packet);
                case PcapngBlocks.SimplePacket:
                    return ReadSimplePacket(length, out packet);
                case PcapngBlocks.InterfaceDescription when !ReadInterface(length):
                    return false;
                case PcapngBlocks.InterfaceDescription:
                    break;
                default:
                    if (!Leave(Input.Offset, length, (int)length))
                    {
                        return false;
                    }

                    break;
            }
        }

        return (!Input.Held.IsEmpty || Input.Damage is not null) && FailShort(Input.Offset, "a block");
    }

    private bool IsPossible(uint length, int body) =>
        length < PcapngBlocks.Frame + body ? Fail(Input.Offset, $"a block claims {length} octets: {PcapngBlocks.Frame + body} are the fewest")
        : length > MaxBlock ? Fail(Input.Offset, $"a block claims {length} octets: {MaxBlock} are the most")
        : length % 4 == 0 || Fail(Input.Offset, $"a block claims {length} octets: no multiple of four");

    private bool ReadSection()
    {
        const int front = PcapngBlocks.Front + SectionBody;
        if (!Input.Has(front))
        {
            return FailShort(Input.Offset, "a section header");
        }

        uint magic = BinaryPrimitives.ReadUInt32BigEndian(Input.Held[8..]);
        IsBigEndian = magic == PcapngBlocks.ByteOrderMagic;
        if (!IsBigEndian && magic != BinaryPrimitives.ReverseEndianness(PcapngBlocks.ByteOrderMagic))
        {
            return Fail(Input.Offset, $"a section of no byte order: its magic is {magic:x8}");
        }

        uint length = Word(Input.Held, 4);
        ushort major = Half(Input.Held, 12);
        ushort minor = Half(Input.Held, 14);
        if (!IsPossible(length, SectionBody))
        {
            return false;
        }

        if (major != Major || minor is not (0 or 2)) // the draft: 1.2 is read as 1.0
        {
            return Fail(Input.Offset, $"version {major}.{minor} of pcapng is not known");
        }

        _firstOfSection = Interfaces.Count;
        return ReadOptions(length, front, out PcapngOptions options) && TakeSectionOptions(ref options) && Leave(Input.Offset, length, (int)length);
    }

    private bool TakeSectionOptions(ref PcapngOptions options)
    {
        while (options.TryNext(out ushort code, out ReadOnlySpan<byte> value))
        {
            if (code == PcapngBlocks.Comment && Keep(value) is { } comment)
            {
                _comments.Add(comment);
            }
        }

        return !options.IsBroken || FailOptions();
    }

    private bool ReadInterface(uint length)
    {
        const int front = PcapngBlocks.Front + InterfaceBody;
        if (!IsPossible(length, InterfaceBody))
        {
            return false;
        }

        if (Interfaces.Count == MaxInterfaces)
        {
            return Fail(Input.Offset, $"more than {MaxInterfaces} interfaces");
        }

        if (!ReadOptions(length, front, out PcapngOptions options))
        {
            return false;
        }

        CaptureInterface described = new()
        {
            Index = Interfaces.Count,
            LinkType = (LinkType)Half(Input.Held, 8),
            SnapLength = Word(Input.Held, 12),
            TimestampResolution = TimestampScale.Microseconds,
        };
        List<string>? comments = null;
        while (options.TryNext(out ushort code, out ReadOnlySpan<byte> value))
        {
            described = code switch
            {
                PcapngBlocks.InterfaceName => described with { Name = Keep(value) },
                PcapngBlocks.InterfaceDescriptionText => described with { Description = Keep(value) },
                PcapngBlocks.InterfaceFilter when value.Length > 1 && value[0] == 0 => described with { Filter = Keep(value[1..]) }, // 0: as text
                PcapngBlocks.InterfaceTimestampResolution when value.Length == 1 => described with { TimestampResolution = value[0] },
                PcapngBlocks.InterfaceTimestampOffset when value.Length == 8 => described with { TimestampOffset = (long)Long(value) },
                _ => described,
            };
            if (code == PcapngBlocks.Comment && Keep(value) is { } comment)
            {
                (comments ??= []).Add(comment);
            }
        }

        if (options.IsBroken)
        {
            return FailOptions();
        }

        long offset = Input.Offset;
        if (!Leave(offset, length, (int)length))
        {
            return false;
        }

        Interfaces.Add(comments is null ? described : described with { Comments = comments });
        _scales.Add(new TimestampScale(described.TimestampResolution, described.TimestampOffset));
        return true;
    }

    /// <summary>Gets the front of a block with its options, as far as they are kept, and with its end where they are kept whole; nothing is passed.</summary>
    private bool ReadOptions(uint length, int front, out PcapngOptions options)
    {
        int octets = (int)length - front - PcapngBlocks.Back;
        int kept = Math.Min(octets, MaxOptions);
        if (!Input.Has(kept == octets ? (int)length : front + kept))
        {
            options = default;
            return FailShort(Input.Offset, "a block");
        }

        OmittedTexts += kept == octets ? 0 : 1;
        options = new PcapngOptions(Input.Held.Slice(front, kept), IsBigEndian, isWhole: kept == octets);
        return true;
    }

    private bool FailOptions() => Fail(Input.Offset, "an option claims more octets than its block has");

    private string? Keep(ReadOnlySpan<byte> text)
    {
        // A character is never less than an octet.
        if (text.Length > MaxText - _textKept)
        {
            OmittedTexts++;
            return null;
        }

        _textKept += text.Length;
        return Text(text);
    }

    private static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text.TrimEnd((byte)0));

    private ulong Long(ReadOnlySpan<byte> octets) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(octets) : BinaryPrimitives.ReadUInt64LittleEndian(octets);

    private bool CloseBlock()
    {
        int rest = _openRest;
        _openRest = 0;
        return Leave(_openBlock, _openLength, rest);
    }

    /// <summary>Passes over what is left of a block, and checks that its length stands at its end too.</summary>
    /// <param name="block">Where the block begins.</param>
    /// <param name="length">Its total length.</param>
    /// <param name="rest">Octets of it that are left.</param>
    private bool Leave(long block, uint length, int rest)
    {
        if (!Input.Skip(rest - PcapngBlocks.Back) || !Input.Has(PcapngBlocks.Back))
        {
            return FailShort(block, "a block");
        }

        uint again = Word(Input.Held, 0);
        Input.Advance(PcapngBlocks.Back);
        return again == length || Fail(block, $"a block of {length} octets says {again} at its end");
    }
}
