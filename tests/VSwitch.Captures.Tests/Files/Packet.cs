using System.Globalization;
using VSwitch.Captures.Files;

namespace VSwitch.Captures.Tests.Files;

/// <summary>A packet of a file, as a test keeps it.</summary>
internal sealed record Packet(CaptureInterface Interface, long? Timestamp, string Octets, uint OriginalLength)
{
    internal PacketDirection Direction { get; init; }

    internal ulong? Id { get; init; }

    internal ulong DropCount { get; init; }

    internal string Comments { get; init; } = "";

    /// <summary>All packets of a file, until its end or its error.</summary>
    internal static List<Packet> All(CaptureReader reader)
    {
        List<Packet> all = [];
        while (reader.TryRead(out CapturedPacket packet))
        {
            all.Add(new Packet(packet.Interface, packet.Timestamp, Convert.ToHexString(packet.Octets), packet.OriginalLength)
            {
                Direction = packet.Direction,
                Id = packet.PacketId,
                DropCount = packet.DropCount,
                Comments = string.Join('|', packet.Comments),
            });
        }

        return all;
    }

    internal static List<Packet> All(byte[] file)
    {
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(file));
        return All(reader);
    }

    /// <summary>The octets of a test's packet: each knows its number.</summary>
    internal static byte[] Numbered(int number, int length)
    {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++)
        {
            octets[i] = (byte)((number * 31) + i);
        }

        return octets;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Interface.Index} {Timestamp} {Octets} {OriginalLength} {Direction} {Id} {DropCount} {Comments}");
}
