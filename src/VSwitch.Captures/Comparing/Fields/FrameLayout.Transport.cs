using VSwitch.Wire;

namespace VSwitch.Captures.Comparing.Fields;

/// <content>TCP, UDP and ICMP.</content>
internal sealed partial class FrameLayout
{
    private const int PortsLength = 4;
    private const int IcmpHeader = 4;
    private const int IcmpEcho = 8;

    /// <returns>Where the payload begins.</returns>
    private int ReadTransport(ReadOnlySpan<byte> frame, int at)
    {
        int end = Math.Min(frame.Length, ContentEnd);
        if (at >= end)
        {
            return at;
        }

        ReadOnlySpan<byte> segment = frame[at..end];
        switch (Protocol)
        {
            case IpProtocol.Tcp when TcpHeader.TryRead(segment, out TcpHeader tcp):
                PortsStart = TcpStart = at;
                return ReadTcp(segment[..tcp.HeaderLength], at);
            case IpProtocol.Udp when UdpHeader.TryRead(segment, out _):
                PortsStart = at;
                AddOctets(FrameField.UdpSourcePort, at, 2);
                AddOctets(FrameField.UdpDestinationPort, at + 2, 2);
                AddOctets(FrameField.UdpLength, at + 4, 2);
                AddOctets(FrameField.UdpChecksum, at + 6, 2);
                return at + UdpHeader.Length;
            case IpProtocol.Tcp or IpProtocol.Udp when segment.Length >= PortsLength:
                PortsStart = at;
                AddOctets(Protocol == IpProtocol.Tcp ? FrameField.TcpSourcePort : FrameField.UdpSourcePort, at, 2);
                AddOctets(Protocol == IpProtocol.Tcp ? FrameField.TcpDestinationPort : FrameField.UdpDestinationPort, at + 2, 2);
                return at + PortsLength;
            case IpProtocol.Icmp or IpProtocol.IcmpV6 when segment.Length >= IcmpHeader:
                return ReadIcmp(segment, at);
            default:
                return at;
        }
    }

    private int ReadIcmp(ReadOnlySpan<byte> message, int at)
    {
        AddOctets(FrameField.IcmpType, at, 1);
        AddOctets(FrameField.IcmpCode, at + 1, 1);
        AddOctets(FrameField.IcmpChecksum, at + 2, 2);
        bool isEcho = IsIPv6 ? message[0] is (byte)IcmpV6Type.EchoRequest or (byte)IcmpV6Type.EchoReply : message[0] is 0 or 8;
        if (!isEcho || message.Length < IcmpEcho)
        {
            return at + IcmpHeader;
        }

        AddOctets(FrameField.IcmpId, at + 4, 2);
        AddOctets(FrameField.IcmpSequence, at + 6, 2);
        return at + IcmpEcho;
    }

    private int ReadTcp(ReadOnlySpan<byte> header, int at)
    {
        AddOctets(FrameField.TcpSourcePort, at, 2);
        AddOctets(FrameField.TcpDestinationPort, at + 2, 2);
        AddOctets(FrameField.TcpSequence, at + 4, 4);
        AddOctets(FrameField.TcpAcknowledgment, at + 8, 4);
        Add(FrameField.TcpHeaderLength, at + 12, 0, 4);
        Add(FrameField.TcpFlags, at + 12, 4, 12);
        AddOctets(FrameField.TcpWindow, at + 14, 2);
        AddOctets(FrameField.TcpChecksum, at + 16, 2);
        AddOctets(FrameField.TcpUrgentPointer, at + 18, 2);
        ReadOptions(header, at);
        return at + header.Length;
    }

    /// <remarks>Kind 1 | length 1, itself counted | value; kinds 0 and 1 stand alone. Source: RFC 9293, section 3.2; RFC 7323; RFC 2018.</remarks>
    private void ReadOptions(ReadOnlySpan<byte> header, int at)
    {
        int plain = TcpHeader.MinLength; // where options without a name of their own began
        int next = plain;
        while (next < header.Length && header[next] != 0)
        {
            int length = header[next] == 1 ? 1 : next + 1 < header.Length ? header[next + 1] : 0;
            if (length == 0 || length > header.Length - next || (length < 2 && header[next] != 1))
            {
                break;
            }

            FrameField field = (header[next], length) switch
            {
                (2, 4) => FrameField.TcpMss,
                (3, 3) => FrameField.TcpWindowScale,
                (5, > 2) => FrameField.TcpSack,
                (8, 10) => FrameField.TcpTimestamp,
                _ => FrameField.TcpOptions,
            };
            if (field != FrameField.TcpOptions)
            {
                AddOctets(FrameField.TcpOptions, at + plain, next + 2 - plain);
                AddOctets(field, at + next + 2, length - 2);
                plain = next + length;
            }

            next += length;
        }

        AddOctets(FrameField.TcpOptions, at + plain, header.Length - plain);
    }
}
