using System.Buffers.Binary;
using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.Forwarding;

/// <summary>A policy of step 2: keeps hosts behind ports that are not trusted from playing router or DHCP server.</summary>
/// <remarks>
/// It looks behind tags, SNAP and extension headers. What hides its protocol, a header chain that is cut or too long, is dropped too: nobody honest sends it. Later
/// fragments pass, since without the first nothing comes of them. Sources: RFC 6105 and RFC 7113 (router advertisements), RFC 7610 (DHCPv6).
/// </remarks>
internal static class ServerGuard
{
    private const int MaxLayers = 8;             // tags and SNAP headers in front of the packet, and extension headers in it
    private const int FirstEtherType = 1536;     // below stands a length
    private const uint SnapOfEthernet = 0xAAAA_0300; // LLC of SNAP, and the first octet of an OUI of zeros (RFC 1042)
    private const int SnapLength = 8;
    private const ushort DhcpServerPort = 67;    // RFC 2131, 4.1
    private const ushort DhcpV6ServerPort = 547; // RFC 8415, 7.2
    private const int AuthenticationUnit = 4;
    private const int ExtensionUnit = 8;

    /// <summary>Drops what a server or router says that is none.</summary>
    /// <param name="batch">Frames that the ingress filter has judged.</param>
    /// <param name="model">Says which ports are trusted.</param>
    internal static void Screen(FrameBatch batch, SwitchModel model)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            ref FrameMetadata frame = ref batch[i];
            if (frame.Drop == DropReason.None && model.Find(frame.Ingress) is { IsTrusted: false } port && IsOfServer(batch.Octets(i)))
            {
                frame.Drop = DropReason.RogueServer;
                port.Counters.Drop(frame.Drop);
            }
        }
    }

    /// <summary>Whether a frame is what only a router or a DHCP server sends, or hides what it is.</summary>
    internal static bool IsOfServer(ReadOnlySpan<byte> frame)
    {
        int at = EthernetHeader.AddressOctets;
        for (int layers = 0; layers <= MaxLayers && frame.Length >= at + sizeof(ushort); layers++)
        {
            ReadOnlySpan<byte> payload = frame[(at + sizeof(ushort))..];
            ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
            switch ((EtherType)type)
            {
                case EtherType.CustomerVlan or EtherType.ServiceVlan:
                    at += VlanTag.Length;
                    break;
                case EtherType.IPv4:
                    return IsOfDhcpServer(payload);
                case EtherType.IPv6:
                    return IPv6Header.TryRead(payload, out IPv6Header ip) && IsOfServer(payload, ip.NextHeader);
                default:
                    if (type >= FirstEtherType || !IsSnap(payload))
                    {
                        return false;
                    }

                    at += SnapLength;
                    break;
            }
        }

        return frame.Length >= at + sizeof(ushort); // so many layers are there to hide something
    }

    private static bool IsSnap(ReadOnlySpan<byte> payload) =>
        payload.Length >= SnapLength && BinaryPrimitives.ReadUInt32BigEndian(payload) == SnapOfEthernet && payload[4] == 0 && payload[5] == 0;

    private static bool IsOfDhcpServer(ReadOnlySpan<byte> packet) =>
        IPv4Header.TryRead(packet, out IPv4Header ip) && ip.Protocol == IpProtocol.Udp && ip.FragmentOffset == 0
        && IsFrom(packet[ip.HeaderLength..], DhcpServerPort);

    private static bool IsOfServer(ReadOnlySpan<byte> packet, IpProtocol protocol)
    {
        int at = IPv6Header.Length;
        for (int headers = 0; headers <= MaxLayers; headers++)
        {
            ReadOnlySpan<byte> rest = packet[at..];
            switch (protocol)
            {
                case IpProtocol.IcmpV6:
                    return rest.IsEmpty || (IcmpV6Type)rest[0] is IcmpV6Type.RouterAdvertisement or IcmpV6Type.Redirect;
                case IpProtocol.Udp:
                    return IsFrom(rest, DhcpV6ServerPort);
                case IpProtocol.HopByHopOptions or IpProtocol.Routing or IpProtocol.DestinationOptions or IpProtocol.Fragment or IpProtocol.Authentication:
                    int length = LengthOf(protocol, rest);
                    if (length == 0)
                    {
                        return true; // the chain is cut
                    }

                    if (protocol == IpProtocol.Fragment && BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) >> 3 != 0)
                    {
                        return false;
                    }

                    protocol = (IpProtocol)rest[0];
                    at += length;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <returns>Octets of an extension header; 0 when the packet ends inside it.</returns>
    private static int LengthOf(IpProtocol header, ReadOnlySpan<byte> octets)
    {
        if (octets.Length < ExtensionUnit)
        {
            return 0;
        }

        int length = header switch
        {
            IpProtocol.Fragment => ExtensionUnit,
            IpProtocol.Authentication => (octets[1] + 2) * AuthenticationUnit,
            _ => (octets[1] + 1) * ExtensionUnit,
        };
        return length <= octets.Length ? length : 0;
    }

    /// <summary>A UDP header that is cut in front of its port hides it.</summary>
    private static bool IsFrom(ReadOnlySpan<byte> datagram, ushort port) =>
        datagram.Length < sizeof(ushort) || BinaryPrimitives.ReadUInt16BigEndian(datagram) == port;
}
