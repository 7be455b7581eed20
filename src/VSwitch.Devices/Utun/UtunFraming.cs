using System.Buffers.Binary;

namespace VSwitch.Devices.Utun;

/// <summary>The header that utun has in front of each packet: the address family, in network byte order.</summary>
/// <remarks>Octets: family 4, big-endian | IP packet. The numbers are those of macOS. Source: bsd/net/if_utun.c, utun_ctl_send and utun_output, of XNU.</remarks>
internal static class UtunFraming
{
    /// <summary>Octets of the header.</summary>
    internal const int HeaderLength = 4;

    internal const uint AF_INET = 2;   // sys/socket.h of macOS
    internal const uint AF_INET6 = 30; // 10 on Linux

    /// <summary>Judges what was received; the packet is what stands behind <see cref="HeaderLength"/>.</summary>
    internal static UtunVerdict Judge(ReadOnlySpan<byte> octets)
    {
        if (octets.Length <= HeaderLength)
        {
            return UtunVerdict.TooShort;
        }

        uint family = BinaryPrimitives.ReadUInt32BigEndian(octets);
        return family is not (AF_INET or AF_INET6) ? UtunVerdict.UnknownFamily
            : family == FamilyOf(octets[HeaderLength]) ? UtunVerdict.Packet
            : UtunVerdict.Contradiction;
    }

    /// <summary>Writes the header.</summary>
    /// <param name="octets">Room for the header, and behind it the packet.</param>
    /// <returns><see cref="UtunVerdict.Packet"/>; otherwise nothing was written.</returns>
    internal static UtunVerdict Put(Span<byte> octets)
    {
        if (octets.Length <= HeaderLength)
        {
            return UtunVerdict.TooShort;
        }

        uint family = FamilyOf(octets[HeaderLength]);
        if (family == 0)
        {
            return UtunVerdict.UnknownFamily;
        }

        BinaryPrimitives.WriteUInt32BigEndian(octets, family);
        return UtunVerdict.Packet;
    }

    private static uint FamilyOf(byte first) => (first >> 4) switch
    {
        4 => AF_INET,
        6 => AF_INET6,
        _ => 0,
    };
}
