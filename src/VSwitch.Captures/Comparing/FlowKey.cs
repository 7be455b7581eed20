using System.Buffers.Binary;
using VSwitch.Captures.Comparing.Fields;
using VSwitch.Wire;

namespace VSwitch.Captures.Comparing;

/// <summary>
/// What the packets of a flow share, in both directions: protocol, addresses and ports of IP; else the two MAC addresses and the type; else the link type.
/// What is ignored is zero in it.
/// </summary>
internal readonly record struct FlowKey(int Interface, int Link, int Kind, UInt128 Low, UInt128 High, int LowPort, int HighPort)
{
    private const int EthernetKind = 1 << 16;
    private const int IPv4Kind = 2 << 16;
    private const int IPv6Kind = 3 << 16;

    /// <param name="layout">Of the frame.</param>
    /// <param name="frame">It, with zeros where it does not count.</param>
    /// <param name="link">What it begins with.</param>
    /// <param name="at">The interface.</param>
    /// <param name="isForward">Whether it goes from the lower end to the higher.</param>
    internal static FlowKey Of(FrameLayout layout, ReadOnlySpan<byte> frame, int link, int at, out bool isForward)
    {
        (UInt128 Address, int Port) from = default;
        (UInt128 Address, int Port) to = default;
        int kind = 0;
        if (layout.NetworkStart >= 0)
        {
            ReadOnlySpan<byte> ip = frame[layout.NetworkStart..];
            kind = (layout.IsIPv6 ? IPv6Kind : IPv4Kind) | (int)layout.Protocol;
            from.Address = layout.IsIPv6 ? BinaryPrimitives.ReadUInt128BigEndian(ip[8..]) : BinaryPrimitives.ReadUInt32BigEndian(ip[12..]);
            to.Address = layout.IsIPv6 ? BinaryPrimitives.ReadUInt128BigEndian(ip[24..]) : BinaryPrimitives.ReadUInt32BigEndian(ip[16..]);
            if (layout.PortsStart >= 0)
            {
                from.Port = BinaryPrimitives.ReadUInt16BigEndian(frame[layout.PortsStart..]);
                to.Port = BinaryPrimitives.ReadUInt16BigEndian(frame[(layout.PortsStart + 2)..]);
            }
        }
        else if (layout.Type is { } type)
        {
            EthernetHeader.TryRead(frame, out EthernetHeader ethernet);
            kind = EthernetKind | (int)type;
            from.Address = ethernet.Source.Value;
            to.Address = ethernet.Destination.Value;
        }

        isForward = from.CompareTo(to) <= 0;
        return isForward
            ? new FlowKey(at, link, kind, from.Address, to.Address, from.Port, to.Port)
            : new FlowKey(at, link, kind, to.Address, from.Address, to.Port, from.Port);
    }
}
