using VSwitch.Frames;

namespace VSwitch.TestKit;

/// <summary>What the product makes of a frame on the way to a device without offloads.</summary>
public static class Cutting
{
    /// <summary>Validates, cuts, finishes checksums; a finished frame comes back as it is.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="scratchFrames">Places of the batch that is cut into, so that a small one shows the resuming.</param>
    /// <param name="linkLayer">What the frame begins with.</param>
    /// <exception cref="InvalidOperationException">The description was refused.</exception>
    public static List<byte[]> Cut(SuperFrame frame, int scratchFrames = 7, LinkLayer linkLayer = LinkLayer.Ethernet)
    {
        ArgumentNullException.ThrowIfNull(frame);
        OffloadInfo offload = frame.Offload;
        if (!offload.TryValidate(frame.Octets, linkLayer))
        {
            throw new InvalidOperationException($"refused: {frame}");
        }

        var batch = new FrameBatch(1);
        batch.TryAppend(frame.Octets, offload);
        if (offload.GsoType == GsoType.None)
        {
            ChecksumCompletion.Complete(batch, 0);
            return [batch.Octets(0).ToArray()];
        }

        return CutAll(batch, new FrameBatch(scratchFrames), linkLayer);
    }

    private static List<byte[]> CutAll(FrameBatch batch, FrameBatch scratch, LinkLayer linkLayer)
    {
        var segmenter = new Segmenter();
        var segments = new List<byte[]>(segmenter.Begin(batch, 0, OffloadKinds.None, linkLayer));
        while (segmenter.Next(scratch) > 0)
        {
            for (int i = 0; i < scratch.Count; i++)
            {
                segments.Add(scratch.Octets(i).ToArray());
            }

            scratch.Clear();
        }

        return segments;
    }
}
