using System.Buffers.Binary;

namespace VSwitch.Captures.Files;

/// <summary>What the readers of the two families of formats share.</summary>
internal abstract class RecordReader(InputBuffer input, bool isBigEndian)
{
    /// <summary>Octets of a packet; more is taken for damage, as other readers do.</summary>
    internal const int MaxPacket = 262_144;

    internal abstract CaptureFormat Format { get; }

    internal List<CaptureInterface> Interfaces { get; } = [];

    /// <summary>The byte order of the file; in pcapng that of the section.</summary>
    internal bool IsBigEndian { get; private protected set; } = isBigEndian;

    /// <summary>See <see cref="CaptureReader.OmittedTexts"/>.</summary>
    internal long OmittedTexts { get; private protected set; }

    /// <summary>The first thing that is broken.</summary>
    internal CaptureError? Error { get; private set; }

    private protected InputBuffer Input { get; } = input;

    /// <summary>Reads the next packet.</summary>
    /// <returns>False at the end, or at an <see cref="Error"/>.</returns>
    internal abstract bool TryRead(out CapturedPacket packet);

    private protected uint Word(ReadOnlySpan<byte> octets, int at)
    {
        uint little = BinaryPrimitives.ReadUInt32LittleEndian(octets[at..]);
        return IsBigEndian ? BinaryPrimitives.ReverseEndianness(little) : little;
    }

    private protected ushort Half(ReadOnlySpan<byte> octets, int at)
    {
        ushort little = BinaryPrimitives.ReadUInt16LittleEndian(octets[at..]);
        return IsBigEndian ? BinaryPrimitives.ReverseEndianness(little) : little;
    }

    /// <summary>Notes what is broken.</summary>
    /// <returns>False, always.</returns>
    private protected bool Fail(long offset, string message)
    {
        Error ??= new CaptureError(offset, message);
        return false;
    }

    /// <summary>Notes that the octets end too early.</summary>
    /// <returns>False, always.</returns>
    private protected bool FailShort(long offset, string what) => Fail(offset, Input.Damage ?? $"the file ends inside {what}");
}
