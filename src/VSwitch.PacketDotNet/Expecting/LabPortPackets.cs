using PacketDotNet;
using VSwitch.Frames;
using VSwitch.Testing;

namespace VSwitch.PacketDotNet.Expecting;

/// <summary>Stations of a lab send and have received packets of PacketDotNet.</summary>
public static class LabPortPackets
{
    /// <summary>The station sends a packet now, as its octets are: PacketDotNet finishes lengths by itself, checksums only when told (<c>UpdateCalculatedValues</c>).</summary>
    /// <param name="port">Where.</param>
    /// <param name="packet">The outermost layer: an <see cref="EthernetPacket"/>, and at a port of bare IP packets an <see cref="IPPacket"/>.</param>
    /// <exception cref="ArgumentException">It is of another kind or longer than any frame, or PacketDotNet can't give its octets.</exception>
    /// <exception cref="InvalidOperationException">The port has been unplugged.</exception>
    public static void Send(this LabPort port, Packet packet)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(packet);
        bool isIp = port.Port.Device.LinkLayer == LinkLayer.Ip;
        if (isIp ? packet is not IPPacket : packet is not EthernetPacket)
        {
            throw new ArgumentException($"{port}: a {packet.GetType().Name} can't be sent here: the port takes {(isIp ? "an IPv4Packet or IPv6Packet" : "an EthernetPacket")}", nameof(packet));
        }

        byte[] octets;
        try
        {
            octets = [.. packet.Bytes]; // a copy, since what it gives may be the packet itself
        }
        catch (Exception error)
        {
            throw new ArgumentException($"{port}: PacketDotNet can't give the octets of the {packet.GetType().Name}: {error.Message}", nameof(packet), error);
        }

        port.Send([octets]);
    }

    /// <summary>What the station has received since the beginning, or since <see cref="LabPort.Forget"/>: of each frame the outermost layer of a type. Frames that PacketDotNet can't read are left out.</summary>
    /// <typeparam name="T">The layer; <see cref="Packet"/> for the whole frame.</typeparam>
    public static IReadOnlyList<T> ReceivedPackets<T>(this LabPort port)
        where T : Packet
    {
        ArgumentNullException.ThrowIfNull(port);
        var guarded = new GuardedPacket();
        return [.. port.Received.Select(f => guarded.Find<T>(f.Octets, f.LinkLayer, null)).OfType<T>()];
    }
}
