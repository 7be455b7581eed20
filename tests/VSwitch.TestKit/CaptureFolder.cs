using VSwitch.Captures.Files;
using VSwitch.Frames;

namespace VSwitch.TestKit;

/// <summary>Packets of real captures, where there are some: not in this repository, but in the folder that VSWITCH_CAPTURES names, or in ../shared/captures beside it.</summary>
public static class CaptureFolder
{
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

    /// <summary>The packets of all captures of Ethernet or bare IP. A file that is broken ends where it breaks.</summary>
    public static IEnumerable<(string File, int Number, LinkLayer LinkLayer, byte[] Packet)> Packets(string folder) =>
        from path in Directory.EnumerateFiles(folder, "*.*cap*").Order(StringComparer.Ordinal)
        from packet in Read(path)
        select (Path.GetFileName(path), packet.Number, packet.LinkLayer, packet.Octets);

    private static IEnumerable<(int Number, LinkLayer LinkLayer, byte[] Octets)> Read(string path)
    {
        using var reader = CaptureReader.Open(path);
        while (Next(reader) is { } packet)
        {
            if (packet.LinkLayer is { } linkLayer)
            {
                yield return (packet.Number, linkLayer, packet.Octets);
            }
        }
    }

    private static (int Number, LinkLayer? LinkLayer, byte[] Octets)? Next(CaptureReader reader) => reader.TryRead(out CapturedPacket packet)
        ? ((int)reader.PacketCount, LinkLayerOf(packet.Interface.LinkType), packet.Octets.ToArray())
        : null;

    private static LinkLayer? LinkLayerOf(LinkType linkType) => linkType switch
    {
        LinkType.Ethernet => LinkLayer.Ethernet,
        LinkType.Raw12 or LinkType.Raw or LinkType.IPv4 or LinkType.IPv6 => LinkLayer.Ip,
        _ => null,
    };
}
