using System.Buffers.Binary;
using System.Globalization;
using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.TestKit;

/// <summary>A frame with the offload description that a device would hand over beside it.</summary>
public sealed record SuperFrame(byte[] Octets, OffloadInfo Offload)
{
    private const int AddressOctets = 12;

    /// <summary>A TCP or UDP frame with an unfinished checksum, to be cut into pieces of <paramref name="gsoSize"/>.</summary>
    /// <param name="gsoType">TCP or UDP.</param>
    /// <param name="isIPv4">IPv4, otherwise IPv6.</param>
    /// <param name="payload">Octets, all to be cut.</param>
    /// <param name="gsoSize">0: an ordinary frame that only wants its checksum.</param>
    /// <param name="fields">TCP alone.</param>
    /// <param name="vlans">VIDs, the outermost first; of two the first is a service tag.</param>
    public static SuperFrame Create(
        GsoType gsoType, bool isIPv4, int payload, int gsoSize, TcpFields fields = default, params int[] vlans)
    {
        var builder = new FrameBuilder();
        (string from, string to) = isIPv4 ? ("10.9.0.1", "10.9.0.2") : ("fd00:9::1", "fd00:9::2");
        _ = gsoType == GsoType.UdpSegmentation
            ? builder.Udp(from, to, payload, finishChecksum: false)
            : builder.Tcp(from, to, payload, fields, finishChecksum: false);
        for (int i = 0; i < vlans.Length; i++)
        {
            builder.Vlan(vlans[i], priority: 3, tpid: i == vlans.Length - 1 ? EtherType.CustomerVlan : EtherType.ServiceVlan);
        }

        OffloadInfo offload = builder.Offload(gsoSize == 0 ? GsoType.None : gsoType, gsoSize);
        return new(builder.Build(), offload);
    }

    /// <summary>Where the IP header begins.</summary>
    public int L3Offset
    {
        get
        {
            int offset = AddressOctets + 2;
            while (VlanTag.IsTag((EtherType)BinaryPrimitives.ReadUInt16BigEndian(Octets.AsSpan(offset - 2))))
            {
                offset += VlanTag.Length;
            }

            return offset;
        }
    }

    /// <summary>The same with NOP options in the IPv4 header.</summary>
    public SuperFrame WithIPv4Options(int octets)
    {
        int l3 = L3Offset;
        byte[] frame = Insert(l3 + 20, Enumerable.Repeat((byte)1, octets).ToArray());
        frame[l3] += (byte)(octets / 4);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(l3 + 2), (ushort)(frame.Length - l3));
        return new(frame, Moved(octets));
    }

    /// <summary>The same with Destination Options headers of 8 octets each behind the IPv6 header.</summary>
    public SuperFrame WithIPv6Options(int headers)
    {
        int l3 = L3Offset;
        byte upperLayer = Octets[l3 + 6];
        var options = new byte[headers * 8];
        for (int i = 0; i < headers; i++)
        {
            // PadN of 4 octets (RFC 8200, section 4.2)
            byte next = i == headers - 1 ? upperLayer : (byte)60;
            new byte[] { next, 0, 1, 4, 0, 0, 0, 0 }.CopyTo(options, i * 8);
        }

        byte[] frame = Insert(l3 + 40, options);
        frame[l3 + 6] = headers == 0 ? upperLayer : (byte)60;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(l3 + 4), (ushort)(frame.Length - l3 - 40));
        return new(frame, Moved(options.Length));
    }

    /// <summary>The same without Ethernet header and tags, as a TUN carries it.</summary>
    public SuperFrame AsPacket()
    {
        int l3 = L3Offset;
        return new(Octets[l3..], Moved(-l3));
    }

    /// <summary>The same with another description.</summary>
    public SuperFrame With(Func<OffloadInfo, OffloadInfo> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return this with { Offload = change(Offload) };
    }

    /// <summary>The same with octets changed in place.</summary>
    public SuperFrame Changed(Action<byte[]> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        byte[] octets = [.. Octets];
        change(octets);
        return this with { Octets = octets };
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Octets.Length} octets, {Describe(Offload)}");

    private static string Describe(in OffloadInfo offload) => string.Create(
        CultureInfo.InvariantCulture,
        $"csum {offload.NeedsCsum} {offload.CsumStart}+{offload.CsumOffset}, hdr {offload.HdrLen}, "
        + $"gso {(byte)offload.GsoType} ecn {offload.HasEcn} size {offload.GsoSize}");

    private byte[] Insert(int at, byte[] octets) => [.. Octets.AsSpan(0, at), .. octets, .. Octets.AsSpan(at)];

    private OffloadInfo Moved(int octets)
    {
        OffloadInfo moved = Offload;
        moved.CsumStart = (ushort)(moved.CsumStart + octets);
        moved.HdrLen = (ushort)(moved.HdrLen + octets);
        return moved;
    }
}
