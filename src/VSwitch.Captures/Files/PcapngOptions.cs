using System.Buffers.Binary;

namespace VSwitch.Captures.Files;

/// <summary>Walks over the options of a block: code 2 | length 2 | value, padded to four octets.</summary>
/// <remarks>Source: draft-ietf-opsawg-pcapng, section 3.5.</remarks>
/// <param name="octets">What is kept of them.</param>
/// <param name="isBigEndian">The byte order of the section.</param>
/// <param name="isWhole">Whether that is all: an option that is cut off by what was kept is not broken.</param>
internal ref struct PcapngOptions(ReadOnlySpan<byte> octets, bool isBigEndian, bool isWhole)
{
    private const int HeaderLength = 4;

    private ReadOnlySpan<byte> _rest = octets;

    /// <summary>Whether an option claimed more than there is.</summary>
    internal bool IsBroken { get; private set; }

    internal bool TryNext(out ushort code, out ReadOnlySpan<byte> value)
    {
        code = PcapngBlocks.EndOfOptions;
        value = default;
        if (_rest.Length < HeaderLength)
        {
            return false;
        }

        code = Half(_rest);
        int length = Half(_rest[2..]);
        if (code == PcapngBlocks.EndOfOptions)
        {
            return false;
        }

        if (length > _rest.Length - HeaderLength)
        {
            IsBroken = isWhole;
            return false;
        }

        value = _rest.Slice(HeaderLength, length);
        _rest = _rest[Math.Min(HeaderLength + PcapngBlocks.Padded(length), _rest.Length)..];
        return true;
    }

    private readonly ushort Half(ReadOnlySpan<byte> octets) =>
        isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(octets) : BinaryPrimitives.ReadUInt16LittleEndian(octets);
}
