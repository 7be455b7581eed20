using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Neighbors;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Layer3;

/// <summary>Decides who is next on the way of a packet, and writes that into its Ethernet header.</summary>
/// <remarks>
/// Within a segment packets are bridged: nothing of them changes. Between segments they are routed: one hop less, the next hop by the longest prefix.
/// Belongs to one thread. Sources: RFC 1812, RFC 4861, RFC 8200.
/// </remarks>
internal sealed class PacketRouter(Layer3State state, Outbox outbox)
{
    private static readonly IpAddressKey s_broadcast = IpAddressKey.FromIPv4(uint.MaxValue);

    private readonly IcmpReporter _reporter = new(outbox, state.Limiter);
    private readonly Solicitor _solicitor = new(outbox);
    private readonly IPv4Fragmenter _fragmenter = new();
    private readonly FrameBatch _released = new(1);

    /// <summary>Judges a packet that came in by a port of bare IP packets.</summary>
    /// <returns><see cref="DropReason.None"/> when its header says where it goes.</returns>
    internal DropReason ForwardFromPort(Layer3Burst burst, int index, Layer3Port port)
    {
        ReadOnlySpan<byte> packet = burst.Batch.Octets(index)[EthernetHeader.Length..];
        if (!PacketAddresses.TryRead(packet, out PacketAddresses addresses))
        {
            return DropReason.BadIp;
        }

        if (NeighborMessage.IsOfLinkLayer(packet))
        {
            return DropReason.BadNeighborMessage; // the hosts behind the port have no link layer: it is none of theirs
        }

        DropReason reason = CheckSource(burst, addresses.Source, addresses.Destination, port);
        if (reason != DropReason.None)
        {
            return reason;
        }

        IpAddressKey destination = addresses.Destination;
        if (burst.Layer3.IsOwn(destination))
        {
            return TakeForUs(burst, index, EthernetHeader.Length);
        }

        Hop? hop = destination.IsLinkLocal ? null : state.Routes.Find(destination);
        bool isOnLink = destination.IsLinkLocal || !burst.Layer3.IsRouting || (hop is { IsConnected: true } && hop.Covers(addresses.Source));
        if (IsGroup(destination, isOnLink ? hop : null))
        {
            WriteAddresses(burst, index, MulticastMapping.Of(destination.IsMulticast ? destination : s_broadcast), port.HardwareAddress);
            return DropReason.None;
        }

        return !isOnLink ? ForwardByRoute(burst, index, EthernetHeader.Length, addresses, hop)
            : destination.IsHost && !destination.IsLoopback
                ? Deliver(burst, index, new(EthernetHeader.Length, destination, addresses.Source, port.HardwareAddress))
            : DropReason.BadIp;
    }

    /// <summary>Judges a frame that is addressed to the switch as a router.</summary>
    /// <returns>As <see cref="ForwardFromPort"/>.</returns>
    internal DropReason ForwardFromFrame(Layer3Burst burst, int index, EtherType type, int offset)
    {
        if (type is not (EtherType.IPv4 or EtherType.IPv6))
        {
            return DropReason.NotForPort;
        }

        ReadOnlySpan<byte> packet = burst.Batch.Octets(index)[offset..];
        if (!PacketAddresses.TryRead(packet, out PacketAddresses addresses) || packet[0] >> 4 != (type == EtherType.IPv4 ? 4 : 6))
        {
            return DropReason.BadIp;
        }

        if (IsNobodys(burst, addresses.Source))
        {
            return DropReason.ReversePath;
        }

        if (burst.Layer3.IsOwn(addresses.Destination))
        {
            return TakeForUs(burst, index, offset);
        }

        return ForwardByRoute(burst, index, offset, addresses, state.Routes.Find(addresses.Destination));
    }

    /// <summary>Judges a frame that a smaller port than its own may be too small for: as a router, a port of bare IP packets says so.</summary>
    internal DropReason CheckLength(Layer3Burst burst, int index, EtherType type, int offset)
    {
        ref FrameMetadata frame = ref burst.Batch[index];
        MacAddress to = burst.Addresses.Destinations[index].Mac;
        if (type is not (EtherType.IPv4 or EtherType.IPv6) || to.IsGroup || EgressOf(burst, to, PortId.None) is not { Layer3: not null } egress)
        {
            return DropReason.None;
        }

        return IsTooLong(frame.Offload.LongestOnWire(frame.Length) - offset, egress, burst.Model) && PacketAddresses.TryRead(burst.Batch.Octets(index)[offset..], out _)
            ? RefuseOrFragment(burst, (burst.Batch, index, offset), egress.Mtu, to, from: default, isRouted: false)
            : DropReason.None;
    }

    /// <summary>Lets the packets go that waited for a neighbour, now that it has answered.</summary>
    internal void Release(Layer3Burst burst, IpAddressKey neighbor)
    {
        while (TryTakeOut(neighbor, out MacAddress from))
        {
            ref FrameMetadata packet = ref _released[0];
            PortId ingress = packet.Ingress;
            DropReason reason = state.Neighbors.TryFind(neighbor, burst.Now, out NeighborLink link)
                ? Send(burst, link, from)
                : DropReason.NeighborUnresolved; // it has gone again
            if (reason is not (DropReason.None or DropReason.Taken))
            {
                burst.Model.CountersOf(ingress).Drop(reason);
            }
        }
    }

    /// <summary>Gives the packets up that waited for a neighbour which did not answer; one that got known on another way has them.</summary>
    internal void Abandon(Layer3Burst burst, IpAddressKey neighbor)
    {
        bool isInUse = burst.Model.Layer3 is not null;
        if (isInUse && state.Neighbors.TryFind(neighbor, burst.Now, out _))
        {
            Release(burst, neighbor);
            return;
        }

        while (TryTakeOut(neighbor, out _))
        {
            burst.Model.CountersOf(_released[0].Ingress).Drop(DropReason.NeighborUnresolved);
            ReadOnlySpan<byte> frame = _released.Octets(0);
            MacAddress sender = MacAddress.Read(frame[MacAddress.Length..]);
            if (isInUse && InternetPayload.TryFind(frame, out _, out int offset) && EgressOf(burst, sender, PortId.None) is not null)
            {
                _reporter.Report(_released, 0, offset, IcmpError.HostUnreachable, burst);
            }
        }
    }

    /// <summary>Asks for an address behind the ports of bare IP packets, where somebody else asks the segment.</summary>
    internal void AskPorts(Layer3Burst burst, int index, IpAddressKey target) => _solicitor.AskPorts(burst.Layer3, target, burst.Batch[index].Ingress);

    /// <summary>Asks for a neighbour, as the neighbour table says.</summary>
    internal void Solicit(Layer3Model layer3, in NeighborDue due) => _solicitor.Solicit(layer3, due.Address, due.To, due.Asker, due.Source);

    /// <summary>Whether a source may come from a port of bare IP packets (RFC 3704); if so, it is learned.</summary>
    private DropReason CheckSource(Layer3Burst burst, IpAddressKey source, IpAddressKey destination, Layer3Port port)
    {
        if (source.IsUnspecified)
        {
            // A host without an address yet reports its groups and asks for one, and nothing else (RFC 1122, 3.2.1.3; RFC 4291, 2.5.2).
            return destination.IsMulticast || destination == s_broadcast ? DropReason.None : DropReason.ReversePath;
        }

        if (IsNobodys(burst, source))
        {
            return DropReason.ReversePath;
        }

        Hop? back = source.IsLinkLocal || !burst.Layer3.IsRouting ? null : state.Routes.Find(source); // without routes nobody is behind a router
        if (back is { IsConnected: false })
        {
            return state.Neighbors.TryFind(back.Via, burst.Now, out NeighborLink via) && via.Port == port.Id ? DropReason.None : DropReason.ReversePath;
        }

        if (!source.IsLinkLocal && !(port.Admits(source) && (back is not null || !burst.Layer3.IsRouting)))
        {
            return DropReason.ReversePath;
        }

        NeighborResult result = state.Neighbors.HearData(source, state.Neighbors.Hash(source), port.HardwareAddress, port.Id, burst.Now);
        if (result is NeighborResult.Learned or NeighborResult.Moved)
        {
            Release(burst, source);
            if (!source.IsIPv4 && destination == burst.Layer3.LinkLocalAddress)
            {
                _solicitor.Announce(source, port.HardwareAddress); // an answer to us: somebody may be waiting for it
            }
        }

        return result == NeighborResult.Refused ? DropReason.NeighborConflict : DropReason.None;
    }

    /// <summary>No other station can have sent with this source.</summary>
    private static bool IsNobodys(Layer3Burst burst, IpAddressKey source) => !source.IsHost || source.IsLoopback || burst.Layer3.IsOwn(source);

    private static bool IsGroup(IpAddressKey destination, Hop? hop) =>
        destination.IsMulticast || destination == s_broadcast || (hop?.IsDirectedBroadcast(destination) ?? false);

    private DropReason ForwardByRoute(Layer3Burst burst, int index, int offset, in PacketAddresses addresses, Hop? hop)
    {
        if (!addresses.Destination.IsHost || addresses.Destination.IsLoopback || addresses.Destination.IsLinkLocal || addresses.Source.IsLinkLocal
            || (hop?.IsDirectedBroadcast(addresses.Destination) ?? false))
        {
            return DropReason.BadIp; // nothing that a router may pass on
        }

        if (hop is null)
        {
            _reporter.Report(burst.Batch, index, offset, IcmpError.NetUnreachable, burst);
            return DropReason.NoRoute;
        }

        if (addresses.HopsLeft <= 1)
        {
            _reporter.Report(burst.Batch, index, offset, IcmpError.TimeExceeded, burst);
            return DropReason.HopLimitExceeded;
        }

        IpAddressKey next = hop.IsConnected ? addresses.Destination : hop.Via;
        return Deliver(burst, index, new(offset, next, hop.SourceAddress, burst.Layer3.RouterAddress) { IsRouted = true });
    }

    /// <summary>Gives a packet to the next hop, if that is known, or has it wait.</summary>
    private DropReason Deliver(Layer3Burst burst, int index, in Delivery delivery)
    {
        if (!state.Neighbors.TryFind(delivery.NextHop, burst.Now, out NeighborLink link))
        {
            return Hold(burst, index, delivery);
        }

        ref FrameMetadata frame = ref burst.Batch[index];
        if (link.NeedsUse)
        {
            state.Neighbors.Use(delivery.NextHop, frame.Ingress, delivery.Source, burst.Now);
        }

        if (TooSmallEgress(burst, frame, delivery.Offset, link) is { } egress)
        {
            return RefuseOrFragment(
                burst, (burst.Batch, index, delivery.Offset), egress.Mtu, link.HardwareAddress, delivery.From, delivery.IsRouted);
        }

        if (delivery.IsRouted)
        {
            Pass(ref frame, burst.Batch.Octets(index)[delivery.Offset..]);
        }

        WriteAddresses(burst, index, link.HardwareAddress, delivery.From);
        return DropReason.None;
    }

    /// <summary>What a router changes of a packet: there is one hop less to go, and it may go back to where it came from.</summary>
    private static void Pass(ref FrameMetadata frame, Span<byte> packet)
    {
        if (packet[0] >> 4 == 4)
        {
            IPv4Header.DecrementTtl(packet);
        }
        else
        {
            IPv6Header.DecrementHopLimit(packet);
        }

        frame.Ingress = PortId.Switch;
    }

    private DropReason Hold(Layer3Burst burst, int index, in Delivery delivery)
    {
        PortId asker = burst.Batch[index].Ingress;
        ResolveResult result;
        bool isHeld = false;
        lock (state.Held.Deciding)
        {
            result = state.Neighbors.Resolve(delivery.NextHop, asker, delivery.Source, burst.Now);
            if (result is ResolveResult.Started or ResolveResult.Waiting)
            {
                if (delivery.IsRouted)
                {
                    Pass(ref burst.Batch[index], burst.Batch.Octets(index)[delivery.Offset..]);
                }

                isHeld = state.Held.TryHold(delivery.NextHop, burst.Batch, index, asker, delivery.From);
            }
        }

        if (result == ResolveResult.Known)
        {
            return Deliver(burst, index, delivery); // it has answered in between
        }

        if (result == ResolveResult.Started)
        {
            _solicitor.Solicit(burst.Layer3, delivery.NextHop, default, asker, delivery.Source);
        }

        return isHeld ? DropReason.Taken : DropReason.NeighborUnresolved;
    }

    /// <summary>A packet is too long for its egress: its sender is told, or it is cut if that is allowed.</summary>
    /// <param name="burst">For counters and reports.</param>
    /// <param name="place">Where the packet is, and where it begins in its frame.</param>
    /// <param name="mtu">Octets that its egress takes.</param>
    /// <param name="to">The next hop.</param>
    /// <param name="from">Whom the frame is from then; zero: as it is.</param>
    /// <param name="isRouted">One hop is to be counted down.</param>
    private DropReason RefuseOrFragment(
        Layer3Burst burst, (FrameBatch Batch, int Index, int Offset) place, int mtu, MacAddress to, MacAddress from, bool isRouted)
    {
        (FrameBatch batch, int index, int offset) = place;
        ref FrameMetadata frame = ref batch[index];
        Span<byte> octets = batch.Octets(index);
        if (frame.Offload.GsoSize != 0 || !IPv4Header.TryRead(octets[offset..], out IPv4Header ip) || ip.DontFragment)
        {
            _reporter.Report(batch, index, offset, IcmpError.PacketTooBig, burst, mtu);
            return DropReason.PacketTooBig;
        }

        PortId ingress = frame.Ingress;
        if (isRouted)
        {
            Pass(ref frame, octets[offset..]);
        }

        if (!from.IsZero)
        {
            EthernetHeader.WriteAddresses(octets, to, from);
        }

        int pieces = _fragmenter.Begin(batch, index, offset, mtu);
        if (pieces == 0)
        {
            return DropReason.PacketTooBig;
        }

        burst.Model.CountersOf(ingress).Replicate(pieces - 1);
        outbox.MakeRoom();
        int first = outbox.Batch.Count;
        while (_fragmenter.Next(outbox.Batch) > 0)
        {
            for (int i = first; i < outbox.Batch.Count; i++)
            {
                outbox.Address(i, to);
            }

            outbox.MakeRoom();
            first = outbox.Batch.Count;
        }

        return DropReason.Taken;
    }

    /// <summary>A device that is closed or broken has no MTU that could be told to anybody: the egress counts what becomes of its frames.</summary>
    private static bool IsTooLong(int octets, ForwardingPort egress, SwitchModel model) =>
        octets > egress.Mtu && egress.Mtu >= IPv4Fragmenter.MinMtu && model.IsUp(egress.Id);

    /// <returns>The port that a packet leaves by, if the packet is too long for it.</returns>
    private ForwardingPort? TooSmallEgress(Layer3Burst burst, in FrameMetadata frame, int offset, in NeighborLink link)
    {
        int onWire = frame.Offload.LongestOnWire(frame.Length) - offset;
        return onWire > burst.Layer3.SmallestMtu && EgressOf(burst, link.HardwareAddress, link.Port) is { } egress && IsTooLong(onWire, egress, burst.Model)
            ? egress
            : null;
    }

    /// <summary>Takes the packet that has waited longest for a neighbour.</summary>
    private bool TryTakeOut(IpAddressKey neighbor, out MacAddress from)
    {
        _released.Clear();
        return state.Held.TryRelease(neighbor, _released, out from);
    }

    /// <summary>Sends the packet that has just been let go.</summary>
    private DropReason Send(Layer3Burst burst, in NeighborLink link, MacAddress from)
    {
        ref FrameMetadata frame = ref _released[0];
        if (!InternetPayload.TryFind(_released.Octets(0), out _, out int offset))
        {
            return DropReason.BadIp; // can't be: it was held as a packet
        }

        if (TooSmallEgress(burst, frame, offset, link) is { } egress)
        {
            return RefuseOrFragment(burst, (_released, 0, offset), egress.Mtu, link.HardwareAddress, from, isRouted: false);
        }

        Span<byte> octets = _released.Octets(0);
        EthernetHeader.WriteAddresses(octets, link.HardwareAddress, from);
        FrameBatch batch = outbox.MakeRoom();
        ref FrameMetadata sent = ref batch.AppendFront(octets, octets.Length);
        (int position, sent) = (sent.Offset, frame);
        sent.Offset = position;
        outbox.Address(batch.Count - 1, link.HardwareAddress);
        return DropReason.None;
    }

    private DropReason TakeForUs(Layer3Burst burst, int index, int offset)
    {
        _reporter.Answer(burst.Batch, index, offset, burst);
        return state.Own.Take(burst.Batch[index].Length);
    }

    private static void WriteAddresses(Layer3Burst burst, int index, MacAddress to, MacAddress from)
    {
        EthernetHeader.WriteAddresses(burst.Batch.Octets(index), to, from);
        burst.Addresses.Destinations[index] = new StationKey(burst.Batch[index].Vlan, to);
    }

    /// <summary>The port that a frame to a station leaves by, as far as is known.</summary>
    private ForwardingPort? EgressOf(Layer3Burst burst, MacAddress to, PortId otherwise)
    {
        PortId known = state.FilteringDatabase.Find(new StationKey(VlanId.Default, to), (uint)(burst.Now / 1000));
        return burst.Model.Find(known != PortId.None ? known : otherwise);
    }

    /// <param name="Offset">Where the packet begins in its frame.</param>
    /// <param name="NextHop">Whom it is given to.</param>
    /// <param name="Source">The address that asks for the next hop's MAC address.</param>
    /// <param name="From">The MAC address that the frame is from.</param>
    private readonly record struct Delivery(int Offset, IpAddressKey NextHop, IpAddressKey Source, MacAddress From)
    {
        /// <summary>The packet leaves its segment.</summary>
        internal bool IsRouted { get; init; }
    }
}
