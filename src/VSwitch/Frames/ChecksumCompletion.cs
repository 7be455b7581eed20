using System.Buffers.Binary;
using System.Diagnostics;
using VSwitch.Wire;

namespace VSwitch.Frames;

/// <summary>Finishes the L4 checksum of a frame that was sent with NEEDS_CSUM, for a device that wants frames as on the wire.</summary>
public static class ChecksumCompletion
{
    // What a sum of zero is sent as where zero means "no checksum" (RFC 768). The kernel does so whatever the protocol (skb_checksum_help).
    private const ushort MangledZero = 0xFFFF;

    /// <summary>Finishes the checksum of a frame in place; afterwards nothing is left to do on it. A finished frame stays as it is.</summary>
    /// <param name="batch">Where the frame is.</param>
    /// <param name="index">
    /// An ordinary frame, its offload accepted by <see cref="OffloadInfo.TryValidate"/>; a super-frame is for <see cref="Segmenter"/>.
    /// </param>
    /// <remarks>Octet for octet what Linux sends through a device without checksum offload.</remarks>
    public static void Complete(FrameBatch batch, int index)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ref FrameMetadata metadata = ref batch[index];
        OffloadInfo offload = metadata.Offload;
        if (offload.IsNone)
        {
            return;
        }

        Debug.Assert(offload.NeedsCsum && offload.GsoType == GsoType.None);
        Complete(batch.Octets(index)[offload.CsumStart..], offload.CsumOffset, mangleZero: true);
        metadata.Offload = default;
    }

    /// <summary>Replaces the sum of the pseudo-header by the checksum.</summary>
    /// <param name="segment">From the first octet that is summed to the end of the frame.</param>
    /// <param name="checksumOffset">Where the sum stands in it.</param>
    /// <param name="mangleZero">A result of zero becomes 0xFFFF.</param>
    internal static void Complete(Span<byte> segment, int checksumOffset, bool mangleZero)
    {
        var checksum = (ushort)~InternetChecksum.Sum(segment);
        if (checksum == 0 && mangleZero)
        {
            checksum = MangledZero;
        }

        BinaryPrimitives.WriteUInt16BigEndian(segment[checksumOffset..], checksum);
    }
}
