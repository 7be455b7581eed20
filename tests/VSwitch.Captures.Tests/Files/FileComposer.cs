using System.Buffers.Binary;
using VSwitch.Captures.Files;

namespace VSwitch.Captures.Tests.Files;

/// <summary>Puts a capture file together field by field, of either byte order, and as wrong as a test wants it; a source that the writer has no part in.</summary>
/// <remarks>Source: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.</remarks>
internal sealed class FileComposer(bool isBigEndian)
{
    private readonly List<byte> _octets = [];

    internal int Length => _octets.Count;

    internal byte[] ToArray() => [.. _octets];

    internal FileComposer Half(int value) => Number((uint)value, sizeof(ushort));

    internal FileComposer Word(uint value) => Number(value, sizeof(uint));

    internal FileComposer Octets(ReadOnlySpan<byte> octets)
    {
        _octets.AddRange(octets);
        return this;
    }

    /// <summary>The file header of classic pcap.</summary>
    internal FileComposer Pcap(uint magic = 0xA1B2_C3D4, int major = 2, int minor = 4, uint snapLength = 65_535, uint linkType = 1) =>
        Word(magic).Half(major).Half(minor).Word(0).Word(0).Word(snapLength).Word(linkType);

    /// <summary>A record of classic pcap.</summary>
    internal FileComposer Record(uint seconds, uint fraction, byte[] octets, uint? kept = null, uint? original = null, int more = 0) =>
        Word(seconds).Word(fraction).Word(kept ?? (uint)octets.Length).Word(original ?? (uint)octets.Length).Octets(new byte[more]).Octets(octets);

    /// <summary>A block of pcapng with both of its lengths.</summary>
    internal FileComposer Block(uint type, byte[] body, uint? length = null, uint? atEnd = null)
    {
        uint total = (uint)(body.Length + 12);
        return Word(type).Word(length ?? total).Octets(body).Word(atEnd ?? length ?? total);
    }

    internal FileComposer Section(int major = 1, int minor = 0, byte[]? options = null) =>
        Block(0x0A0D_0D0A, Part().Word(0x1A2B_3C4D).Half(major).Half(minor).Word(uint.MaxValue).Word(uint.MaxValue).Octets(options ?? []).ToArray());

    internal FileComposer Interface(LinkType linkType = LinkType.Ethernet, uint snapLength = 0, byte[]? options = null) =>
        Block(1, Part().Half((int)linkType).Half(0).Word(snapLength).Octets(options ?? []).ToArray());

    internal FileComposer Enhanced(uint id, ulong time, byte[] octets, uint? kept = null, uint? original = null, byte[]? options = null) => Block(
        6,
        Part().Word(id).Word((uint)(time >> 32)).Word((uint)time).Word(kept ?? (uint)octets.Length).Word(original ?? (uint)octets.Length)
            .Padded(octets).Octets(options ?? []).ToArray());

    internal FileComposer Obsolete(int id, int drops, ulong time, byte[] octets, byte[]? options = null) => Block(
        2,
        Part().Half(id).Half(drops).Word((uint)(time >> 32)).Word((uint)time).Word((uint)octets.Length).Word((uint)octets.Length)
            .Padded(octets).Octets(options ?? []).ToArray());

    internal FileComposer Simple(uint original, byte[] octets) => Block(3, Part().Word(original).Padded(octets).ToArray());

    /// <summary>An option of pcapng, in the byte order of this file.</summary>
    internal byte[] Option(int code, byte[] value, int? length = null) => Part().Half(code).Half(length ?? value.Length).Padded(value).ToArray();

    /// <summary>A number as an option has it.</summary>
    internal byte[] Number64(ulong value)
    {
        (uint high, uint low) = ((uint)(value >> 32), (uint)value);
        return isBigEndian ? Part().Word(high).Word(low).ToArray() : Part().Word(low).Word(high).ToArray();
    }

    private FileComposer Part() => new(isBigEndian);

    private FileComposer Padded(byte[] octets) => Octets(octets).Octets(new byte[-octets.Length & 3]);

    private FileComposer Number(uint value, int length)
    {
        Span<byte> octets = stackalloc byte[sizeof(uint)];
        if (isBigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets, value);
            return Octets(octets[^length..]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(octets, value);
        return Octets(octets[..length]);
    }
}
