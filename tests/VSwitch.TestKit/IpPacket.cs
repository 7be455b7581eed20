using VSwitch.Wire;

namespace VSwitch.TestKit;

/// <summary>Bare IP packets, as a TUN carries them.</summary>
public static class IpPacket
{
    /// <summary>A UDP datagram whose last octet is a mark.</summary>
    public static byte[] Udp(string from, string to, byte mark = 0)
    {
        byte[] packet = new FrameBuilder().Udp(from, to, 32).Build()[EthernetHeader.Length..];
        packet[^1] = mark;
        return packet;
    }
}
