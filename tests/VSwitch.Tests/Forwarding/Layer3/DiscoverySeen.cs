using System.Net;
using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>A neighbour solicitation (135) or advertisement (136) as it was seen in a frame, read with none of the product's parsers.</summary>
/// <param name="To">The station.</param>
/// <param name="From">The station.</param>
/// <param name="Source">Of the packet.</param>
/// <param name="Destination">Of the packet.</param>
/// <param name="Type">135 or 136.</param>
/// <param name="Flags">R 0x80, S 0x40, O 0x20.</param>
/// <param name="Target">Whose address is asked for or told.</param>
/// <param name="Link">The address in the option, if there is one.</param>
internal sealed record DiscoverySeen(MacAddress To, MacAddress From, string Source, string Destination, int Type, int Flags, string Target, MacAddress? Link)
{
    /// <returns>Null for a frame that carries another thing.</returns>
    internal static DiscoverySeen? Of(byte[] frame)
    {
        if (frame.Length < 14 + 64 || frame[12] != 0x86 || frame[13] != 0xDD || frame[20] != 58 || frame[54] is not (135 or 136))
        {
            return null;
        }

        Assert.Equal(255, frame[21]);
        Assert.True(NaiveChecksums.IsIcmpRight(frame.AsSpan(14)));
        MacAddress? link = null;
        if (frame.Length > 14 + 64)
        {
            Assert.Equal([(byte)(frame[54] - 134), 1], frame[78..80]); // 1 of a solicitation, 2 of an advertisement; 8 octets
            link = MacAddress.Read(frame.AsSpan(80));
        }

        return new(
            MacAddress.Read(frame), MacAddress.Read(frame.AsSpan(6)), Address(frame[22..38]), Address(frame[38..54]), frame[54], frame[58], Address(frame[62..78]), link);
    }

    private static string Address(byte[] octets) => new IPAddress(octets).ToString();
}
