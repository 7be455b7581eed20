using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Neighbors;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Layer3;

/// <summary>Hears ARP and neighbour discovery, and answers for the addresses of the switch and of ports that have no Ethernet.</summary>
/// <remarks>What is between other stations passes on, and is learned from. Sources: RFC 826, RFC 4861, RFC 5227.</remarks>
internal sealed class NeighborAgent(Layer3State state, Outbox outbox, PacketRouter router)
{
    /// <summary>Judges a frame that carries ARP.</summary>
    /// <returns><see cref="DropReason.None"/> to forward it as any other.</returns>
    internal DropReason HearArp(Layer3Burst burst, int index, int offset)
    {
        ReadOnlySpan<byte> frame = burst.Batch.Octets(index);
        MacAddress to = MacAddress.Read(frame);
        if (!ArpMessage.TryRead(frame[offset..], out ArpMessage arp))
        {
            return burst.Layer3.IsOwn(to) ? DropReason.BadNeighborMessage : DropReason.None;
        }

        var sender = IpAddressKey.FromIPv4(arp.SenderProtocolAddress);
        var target = IpAddressKey.FromIPv4(arp.TargetProtocolAddress);
        MacAddress senderAddress = arp.SenderHardwareAddress;
        bool isRequest = arp.Operation == ArpOperation.Request;
        if (arp.SenderProtocolAddress != 0)
        {
            NeighborEvidence evidence = sender == target ? NeighborEvidence.Gratuitous
                : isRequest ? NeighborEvidence.Solicitation
                : NeighborEvidence.Reply;
            DropReason reason = Hear(burst, index, sender, senderAddress, evidence);
            if (reason != DropReason.None)
            {
                return reason;
            }
        }

        if (isRequest && sender != target && OwnerOf(burst, index, target) is { IsZero: false } owner)
        {
            MacAddress asker = MacAddress.Read(frame[MacAddress.Length..]);
            Span<byte> answer = outbox.NewFrame();
            EthernetHeader.Write(answer, asker, owner, EtherType.Arp);
            ArpMessage.Write(answer[EthernetHeader.Length..], ArpOperation.Reply, owner, target.IPv4, senderAddress, sender.IPv4);
            outbox.Post(EthernetHeader.Length + ArpMessage.Length);
            return state.Own.Take(burst.Batch[index].Length);
        }

        return burst.Layer3.IsOwn(to) ? state.Own.Take(burst.Batch[index].Length) : DropReason.None;
    }

    /// <summary>Judges a frame that carries a message of neighbour discovery.</summary>
    /// <returns>As <see cref="HearArp"/>.</returns>
    internal DropReason HearDiscovery(Layer3Burst burst, int index, int offset)
    {
        ReadOnlySpan<byte> frame = burst.Batch.Octets(index);
        MacAddress to = MacAddress.Read(frame);
        bool isToUs = burst.Layer3.IsOwn(to);
        IcmpV6Type type = NeighborMessage.TypeOf(frame[offset..]);
        if (type is not (IcmpV6Type.NeighborSolicitation or IcmpV6Type.NeighborAdvertisement))
        {
            return to == burst.Layer3.RouterAddress ? state.Own.Take(burst.Batch[index].Length) : DropReason.None;
        }

        if (!NeighborMessage.TryRead(frame[offset..], out NeighborMessage message))
        {
            return isToUs ? DropReason.BadNeighborMessage : DropReason.None;
        }

        MacAddress sender = MacAddress.Read(frame[MacAddress.Length..]);
        DropReason reason = type == IcmpV6Type.NeighborSolicitation
            ? HearSolicitation(burst, index, message, sender)
            : HearAdvertisement(burst, index, message, sender);
        return reason == DropReason.None && isToUs ? state.Own.Take(burst.Batch[index].Length) : reason;
    }

    private DropReason HearSolicitation(Layer3Burst burst, int index, NeighborMessage message, MacAddress asker)
    {
        if (!message.IsFromUnspecified && !message.LinkLayerAddress.IsZero)
        {
            DropReason reason = Hear(burst, index, message.Source, message.LinkLayerAddress, NeighborEvidence.Solicitation);
            if (reason != DropReason.None)
            {
                return reason;
            }
        }

        MacAddress owner = OwnerOf(burst, index, message.Target);
        if (owner.IsZero)
        {
            if (MacAddress.Read(burst.Batch.Octets(index)).IsGroup && !state.Neighbors.TryFind(message.Target, burst.Now, out _))
            {
                router.AskPorts(burst, index, message.Target); // when the station asks again, we know
            }

            return DropReason.None;
        }

        // Somebody who is only trying the address out (RFC 4862, 5.4.3) is told in front of all that it is taken.
        bool isProbe = message.IsFromUnspecified;
        IpAddressKey destination = isProbe ? Solicitor.AllNodes : message.Source;
        Span<byte> answer = outbox.NewFrame();
        EthernetHeader.Write(answer, isProbe ? MulticastMapping.Of(Solicitor.AllNodes) : asker, owner, EtherType.IPv6);
        int length = NeighborMessage.WriteAdvertisement(
            answer[EthernetHeader.Length..],
            message.Target,
            destination,
            message.Target,
            owner,
            isRouter: burst.Layer3.IsOwn(message.Target) && burst.Layer3.IsRouting,
            isSolicited: !isProbe,
            isOverride: true);
        outbox.Post(EthernetHeader.Length + length);
        return state.Own.Take(burst.Batch[index].Length);
    }

    private DropReason HearAdvertisement(Layer3Burst burst, int index, NeighborMessage message, MacAddress sender)
    {
        NeighborEvidence evidence = (message.IsSolicited, message.IsOverride) switch
        {
            (true, true) => NeighborEvidence.SolicitedOverride,
            (true, false) => NeighborEvidence.SolicitedAdvertisement,
            (false, true) => NeighborEvidence.Override,
            (false, false) => NeighborEvidence.Advertisement,
        };
        return Hear(burst, index, message.Target, message.LinkLayerAddress.IsZero ? sender : message.LinkLayerAddress, evidence);
    }

    private DropReason Hear(Layer3Burst burst, int index, IpAddressKey address, MacAddress mac, NeighborEvidence evidence)
    {
        if (burst.Layer3.IsOwn(address) || burst.Layer3.IsOwn(mac))
        {
            return DropReason.NeighborConflict; // nobody else has what is ours
        }

        NeighborResult result = state.Neighbors.Hear(address, mac, burst.Batch[index].Ingress, evidence, burst.Now, out bool resolved);
        if (resolved)
        {
            router.Release(burst, address);
        }

        return result == NeighborResult.Refused ? DropReason.NeighborConflict : DropReason.None;
    }

    /// <returns>The MAC address that we answer with for an address; zero when it is not for us to answer.</returns>
    private MacAddress OwnerOf(Layer3Burst burst, int index, IpAddressKey address)
    {
        if (burst.Layer3.IsOwn(address))
        {
            return burst.Layer3.RouterAddress;
        }

        return state.Neighbors.TryFind(address, burst.Now, out NeighborLink link)
            && link.Port != burst.Batch[index].Ingress && burst.Layer3.PortOf(link.Port) is { } port
            ? port.HardwareAddress
            : default;
    }
}
