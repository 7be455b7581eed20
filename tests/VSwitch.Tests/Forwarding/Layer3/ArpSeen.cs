using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>An ARP message as it was seen in a frame, read with none of the product's parsers.</summary>
internal sealed record ArpSeen(MacAddress To, MacAddress From, int Operation, MacAddress Sender, string SenderAddress, MacAddress Target, string TargetAddress)
{
    /// <returns>Null for a frame that carries another thing.</returns>
    internal static ArpSeen? Of(byte[] frame)
    {
        if (frame.Length < 42 || frame[12] != 8 || frame[13] != 6)
        {
            return null;
        }

        byte[] arp = frame[14..];
        Assert.Equal([0, 1, 8, 0, 6, 4, 0], arp[..7]);
        return new(
            MacAddress.Read(frame), MacAddress.Read(frame.AsSpan(6)), arp[7], MacAddress.Read(arp.AsSpan(8)), Address(arp[14..18]),
            MacAddress.Read(arp.AsSpan(18)), Address(arp[24..28]));
    }

    private static string Address(byte[] octets) => new IPAddress(octets).ToString();
}
