using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Layer3;

/// <summary>Tells the senders of packets why they went no further, and answers echo requests to the switch.</summary>
/// <remarks>An answer goes back to the station that the frame came from: nothing has to be resolved for it.</remarks>
internal sealed class IcmpReporter(Outbox outbox, IcmpLimiter limiter)
{
    /// <summary>Sends an ICMP error about a packet, unless it is one about which none may be sent, or too many were.</summary>
    /// <param name="batch">Where the packet is, in its frame as it came in.</param>
    /// <param name="index">Which frame.</param>
    /// <param name="offset">Where the packet begins.</param>
    /// <param name="kind">What went wrong.</param>
    /// <param name="burst">Who we are, and when.</param>
    /// <param name="mtu">Of <see cref="IcmpError.PacketTooBig"/>: octets that do fit.</param>
    internal void Report(FrameBatch batch, int index, int offset, IcmpError kind, Layer3Burst burst, int mtu = 0)
    {
        ReadOnlySpan<byte> packet = batch.Octets(index)[offset..];
        if (!IcmpMessage.MayReport(packet, kind) || !limiter.TryTake(batch[index].Ingress, burst.Now))
        {
            return;
        }

        Span<byte> answer = outbox.NewFrame();
        IpAddressKey from = burst.Layer3.ReporterTo(PacketAddresses.SourceOf(packet));
        int length = IcmpMessage.WriteError(answer[EthernetHeader.Length..], packet, from, kind, mtu);
        Post(answer, length, batch.Octets(index), burst.Layer3);
    }

    /// <summary>Answers an echo request; other packets to the switch itself have no answer, save that a UDP port is closed.</summary>
    internal void Answer(FrameBatch batch, int index, int offset, Layer3Burst burst)
    {
        ReadOnlySpan<byte> packet = batch.Octets(index)[offset..];
        if (batch[index].Offload.IsNone && IcmpMessage.IsEchoRequest(packet))
        {
            Span<byte> answer = outbox.NewFrame();
            Post(answer, IcmpMessage.WriteEchoReply(answer[EthernetHeader.Length..], packet), batch.Octets(index), burst.Layer3);
        }
        else if (PacketAddresses.ProtocolOf(packet) == IpProtocol.Udp)
        {
            Report(batch, index, offset, IcmpError.PortUnreachable, burst);
        }
    }

    private void Post(Span<byte> answer, int length, ReadOnlySpan<byte> frame, Layer3Model layer3)
    {
        EthernetHeader.TryRead(frame, out EthernetHeader header);
        EtherType type = answer[EthernetHeader.Length] >> 4 == 4 ? EtherType.IPv4 : EtherType.IPv6;
        EthernetHeader.Write(answer, header.Source, layer3.RouterAddress, type);
        outbox.Post(EthernetHeader.Length + length);
    }
}
