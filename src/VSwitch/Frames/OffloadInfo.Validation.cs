using VSwitch.Wire;

namespace VSwitch.Frames;

public partial struct OffloadInfo
{
    // The kernel counts the start from the front of its buffer, in 16 bits; 512 octets are more than any headroom that tun.c asks for.
    private const int MaxCsumStart = ushort.MaxValue - 512;

    private const int MaxPacketOctets = ushort.MaxValue; // what total length (IPv4) and payload length (IPv6) can say
    private const int GsoByFrags = 0xFFFF;               // linux/skbuff.h: a size that means another thing in the kernel
    private const int MaxDatagrams = 128;                // UDP_MAX_SEGMENTS, linux/udp.h

    /// <summary>
    /// Decides whether this description, as a device received it beside <paramref name="frame"/>, may go on; and normalises it, so that
    /// everything behind can rely on it.
    /// </summary>
    /// <param name="frame">The frame, or the packet of a device without Ethernet headers.</param>
    /// <param name="linkLayer">What it begins with.</param>
    /// <returns>False for a lie: the frame is to be dropped as <see cref="DropReason.BadOffload"/>.</returns>
    /// <remarks>
    /// <para>
    /// Once per frame, at ingress. What Linux 6.18 refuses with EINVAL on a TAP or TUN is refused here, so that a device never refuses what a neighbour
    /// was let through with; and some of what Linux takes is refused too, because the next receiver may not survive it.
    /// </para>
    /// <list type="table">
    /// <listheader><term>description</term><description>verdict (Linux: E = EINVAL, ok = accepted by write)</description></listheader>
    /// <item><term>nothing to do, any gso_size, csum_start, csum_offset</term><description>accepted, all fields cleared (ok)</description></item>
    /// <item><term>hdr_len beyond the frame</term><description>refused (E; ok by up to two octets)</description></item>
    /// <item><term>hdr_len 1 to 13 without NEEDS_CSUM</term><description>Ethernet: refused (E); bare IP: accepted (ok)</description></item>
    /// <item><term>hdr_len 0, too small, or too large inside the frame, else</term><description>accepted, set to the truth (ok)</description></item>
    /// <item><term>checksum field past the end, also by one octet</term><description>refused (E)</description></item>
    /// <item><term>csum_start below 20, below 40 with TSO6</term><description>refused (E)</description></item>
    /// <item><term>Ethernet: csum_start below 34</term><description>refused (ok)</description></item>
    /// <item><term>csum_start beyond 65,023</term><description>refused (ok, or E near 65,535)</description></item>
    /// <item><term>gso_type undefined, or the ECN bit alone</term><description>refused (E)</description></item>
    /// <item><term>UFO (3), which nobody cuts any more</term><description>refused (ok)</description></item>
    /// <item><term>gso_size 0 or 65,535</term><description>refused (E)</description></item>
    /// <item><term>more than <see cref="Segmenter.MaxSegments"/> segments (gso_size 1, ...)</term><description>refused (ok)</description></item>
    /// <item><term>USO: more than 128 datagrams, or with the ECN bit</term><description>refused (E)</description></item>
    /// <item><term>a super-frame without NEEDS_CSUM</term><description>refused (USO: E; TSO: ok)</description></item>
    /// <item><term>csum_offset not that of the protocol</term><description>refused (E)</description></item>
    /// <item><term>a super-frame that is not what gso_type says: TSO on UDP, IPv4 as TSO6, a fragment, IHL, data offset or extension headers
    /// that contradict the frame, more than two tags, more than eight extension headers, csum_start not the L4 header</term>
    /// <description>refused (mostly ok)</description></item>
    /// <item><term>a packet longer than its length field can say (64 KiB)</term><description>refused (ok)</description></item>
    /// <item><term>no more payload than gso_size</term><description>accepted, an ordinary frame with NEEDS_CSUM
    /// (ok; with TCP options Linux may then drop it, we never do)</description></item>
    /// </list>
    /// <para>
    /// Behind a true result: <see cref="IsNone"/> means that every field is zero; a super-frame has <see cref="HdrLen"/> exact, its checksum is
    /// unfinished and <see cref="Segmenter"/> can cut it; otherwise <see cref="ChecksumCompletion"/> can finish it. Whoever inserts or removes
    /// octets in front of the L4 header moves <see cref="CsumStart"/> along, and <see cref="HdrLen"/> where it is not 0.
    /// Source: linux/virtio_net.h, virtio_net_hdr_to_skb; drivers/net/tun_vnet.h; both as observed by writing to a TAP and a TUN.
    /// </para>
    /// </remarks>
    public bool TryValidate(ReadOnlySpan<byte> frame, LinkLayer linkLayer = LinkLayer.Ethernet)
    {
        int linkHeader = linkLayer.HeaderLength();
        bool isHdrLenTrue = HdrLen <= frame.Length && (NeedsCsum || HdrLen == 0 || HdrLen >= linkHeader);
        if (!isHdrLenTrue)
        {
            return false;
        }

        if (IsNone)
        {
            this = default;
            return true;
        }

        return IsChecksumInside(frame.Length, linkHeader) && (_gsoType == 0 ? TryValidateOrdinary() : TryValidateSuperFrame(frame, linkLayer));
    }

    /// <summary>The longest frame that goes onto a wire for this one: its longest segment, or itself.</summary>
    /// <param name="frameLength">Octets of the frame, its Ethernet header included where it has one.</param>
    /// <returns>Octets, Ethernet header and tags included: what a port's MTU and the 14 that it does not count are to be compared with.</returns>
    internal readonly int LongestOnWire(int frameLength) => GsoSize == 0 ? frameLength : HdrLen + GsoSize;

    // Nothing that has a checksum to finish is nearer to the front than an IPv4 header and what is in front of it.
    private readonly bool IsChecksumInside(int frameLength, int linkHeader) =>
        NeedsCsum && CsumStart >= linkHeader + IPv4Header.MinLength && CsumStart <= MaxCsumStart && CsumStart + CsumOffset + sizeof(ushort) <= frameLength;

    private bool TryValidateOrdinary()
    {
        MakeOrdinary();
        return true;
    }

    private bool TryValidateSuperFrame(ReadOnlySpan<byte> frame, LinkLayer linkLayer)
    {
        if (GsoSize is 0 or GsoByFrags
            || (HasEcn && GsoType == GsoType.UdpSegmentation)
            || !SuperFrameLayout.TryRead(frame, linkLayer, GsoType, SuperFrameLayout.MaxTags, out SuperFrameLayout layout)
            || CsumStart != layout.L4Offset || CsumOffset != layout.ChecksumOffset
            || frame.Length - layout.LengthOrigin > MaxPacketOctets)
        {
            return false;
        }

        int payload = frame.Length - layout.HeaderLength;
        if (payload > GsoSize * (layout.IsTcp ? Segmenter.MaxSegments : MaxDatagrams))
        {
            return false;
        }

        HdrLen = (ushort)layout.HeaderLength;
        if (payload <= GsoSize)
        {
            MakeOrdinary();
        }

        return true;
    }

    private void MakeOrdinary()
    {
        _gsoType = 0;
        GsoSize = 0;
        HdrLen = 0;
    }
}
