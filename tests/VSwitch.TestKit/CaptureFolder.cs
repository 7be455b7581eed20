using System.Buffers.Binary;
using VSwitch.Frames;

namespace VSwitch.TestKit;

/// <summary>Packets of real captures, where there are some: not in this repository, but in the folder that VSWITCH_CAPTURES names, or in ../shared/captures beside it.</summary>
public static class CaptureFolder
{
    private const uint MicrosecondMagic = 0xA1B2_C3D4;
    private const uint NanosecondMagic = 0xA1B2_3C4D;
    private const int FileHeader = 24;
    private const int RecordHeader = 16;
    private const int MaxRecord = 262_144;

    /// <summary>The folder; null when there is none.</summary>
    public static string? Find()
    {
        string? named = Environment.GetEnvironmentVariable("VSWITCH_CAPTURES");
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "VSwitch.sln")))
        {
            root = Path.GetDirectoryName(root);
        }

        string?[] places = [named, root is null ? null : Path.Combine(root, "..", "shared", "captures")];
        return places.FirstOrDefault(Directory.Exists);
    }

    /// <summary>The packets of all classic captures of Ethernet or bare IP. A file that is broken ends where it breaks.</summary>
    public static IEnumerable<(string File, int Number, LinkLayer LinkLayer, byte[] Packet)> Packets(string folder) =>
        from path in Directory.EnumerateFiles(folder, "*.*cap").Order(StringComparer.Ordinal)
        from packet in Read(File.ReadAllBytes(path))
        select (Path.GetFileName(path), packet.Number, packet.LinkLayer, packet.Octets);

    private static IEnumerable<(int Number, LinkLayer LinkLayer, byte[] Octets)> Read(byte[] file)
    {
        if (file.Length < FileHeader)
        {
            yield break;
        }

        bool isBig = BinaryPrimitives.ReadUInt32BigEndian(file) is MicrosecondMagic or NanosecondMagic;
        bool isLittle = BinaryPrimitives.ReadUInt32LittleEndian(file) is MicrosecondMagic or NanosecondMagic;
        if ((!isBig && !isLittle) || LinkLayerOf(Word(file, 20, isBig) & 0xFFFF) is not { } linkLayer)
        {
            yield break;
        }

        int at = FileHeader;
        for (int number = 1; at + RecordHeader <= file.Length; number++)
        {
            uint length = Word(file, at + 8, isBig);
            at += RecordHeader;
            if (length > MaxRecord || length > file.Length - at)
            {
                yield break;
            }

            yield return (number, linkLayer, file[at..(at + (int)length)]);
            at += (int)length;
        }
    }

    private static LinkLayer? LinkLayerOf(uint linkType) => linkType switch
    {
        1 => LinkLayer.Ethernet,
        12 or 101 or 228 or 229 => LinkLayer.Ip,
        _ => null,
    };

    private static uint Word(byte[] file, int at, bool isBig) =>
        isBig ? BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));
}
