using VSwitch.Identifiers;
using VSwitch.Neighbors;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Layer3;

/// <summary>Asks for the link-layer addresses of neighbours: ARP requests and neighbour solicitations.</summary>
internal sealed class Solicitor(Outbox outbox)
{
    /// <summary>The group of all nodes of a link.</summary>
    internal static readonly IpAddressKey AllNodes = IpAddressKey.FromIPv6(0xFF02_0000_0000_0000, 1);

    /// <summary>Sends what the neighbour table says is due.</summary>
    internal void Solicit(Layer3Model model, in NeighborDue due) => Solicit(model, due.Address, due.To, due.Asker, due.Source);

    /// <param name="model">Whose addresses we speak with.</param>
    /// <param name="target">Who is looked for.</param>
    /// <param name="to">Where it was last; zero to ask everybody.</param>
    /// <param name="asker">The port that has a packet for it.</param>
    /// <param name="source">The address that asks; none for an address of the switch that does not matter.</param>
    internal void Solicit(Layer3Model model, IpAddressKey target, MacAddress to, PortId asker, IpAddressKey source)
    {
        MacAddress from = source == IpAddressKey.None || model.IsOwn(source)
            ? model.RouterAddress
            : model.PortOf(asker)?.HardwareAddress ?? model.RouterAddress;
        Span<byte> frame = outbox.NewFrame();
        int length = target.IsIPv4
            ? WriteRequest(frame, target, to, from, source)
            : WriteSolicitation(frame, target, to, from, source == IpAddressKey.None ? model.LinkLocalAddress : source);
        outbox.Post(length);
        if (to.IsZero && !target.IsIPv4)
        {
            AskPorts(model, target, asker);
        }
    }

    /// <summary>Asks for an IPv6 address behind the ports of bare IP packets, where a silent host was not heard yet.</summary>
    /// <remarks>Hosts there hear no neighbour discovery. They are pinged, each as if the address were its own: a source is all that is to be learned.</remarks>
    /// <param name="model">Whose ports.</param>
    /// <param name="target">Who is looked for.</param>
    /// <param name="asker">The port that is not asked.</param>
    internal void AskPorts(Layer3Model model, IpAddressKey target, PortId asker)
    {
        foreach (Layer3Port port in model.Ports)
        {
            if (port.Id != asker && (target.IsLinkLocal || port.Admits(target)))
            {
                Span<byte> frame = outbox.NewFrame();
                EthernetHeader.Write(frame, port.HardwareAddress, model.RouterAddress, EtherType.IPv6);
                outbox.Post(EthernetHeader.Length + IcmpMessage.WriteEchoRequest(frame[EthernetHeader.Length..], model.LinkLocalAddress, target));
            }
        }
    }

    /// <summary>Tells the segment where an IPv6 address is: whoever waits for it, or tries it out, hears so at once. What others know is not overridden.</summary>
    internal void Announce(IpAddressKey address, MacAddress station)
    {
        Span<byte> frame = outbox.NewFrame();
        EthernetHeader.Write(frame, MulticastMapping.Of(AllNodes), station, EtherType.IPv6);
        outbox.Post(EthernetHeader.Length + NeighborMessage.WriteAdvertisement(
            frame[EthernetHeader.Length..], address, AllNodes, address, station, isRouter: false, isSolicited: false, isOverride: false));
    }

    private static int WriteRequest(Span<byte> frame, IpAddressKey target, MacAddress to, MacAddress from, IpAddressKey source)
    {
        EthernetHeader.Write(frame, to.IsZero ? MacAddress.Broadcast : to, from, EtherType.Arp);
        uint sender = source == IpAddressKey.None ? 0 : source.IPv4; // 0: an ARP probe (RFC 5227), which nobody learns from
        ArpMessage.Write(frame[EthernetHeader.Length..], ArpOperation.Request, from, sender, default, target.IPv4);
        return EthernetHeader.Length + ArpMessage.Length;
    }

    private static int WriteSolicitation(Span<byte> frame, IpAddressKey target, MacAddress to, MacAddress from, IpAddressKey source)
    {
        IpAddressKey destination = to.IsZero ? MulticastMapping.SolicitedNode(target) : target;
        EthernetHeader.Write(frame, to.IsZero ? MulticastMapping.Of(destination) : to, from, EtherType.IPv6);
        return EthernetHeader.Length + NeighborMessage.WriteSolicitation(frame[EthernetHeader.Length..], source, destination, target, from);
    }
}
