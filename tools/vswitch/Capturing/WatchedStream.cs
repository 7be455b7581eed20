using VSwitch.Captures.Files;

namespace VSwitch.Tool.Capturing;

/// <summary>A stream that tells when its reader has used up what there was and is about to wait for more.</summary>
/// <param name="inner">What is read; it stays open.</param>
/// <param name="used">Told each time, on the reader's thread.</param>
internal sealed class WatchedStream(Stream inner, Action used) : ForwardStream
{
    public override int Read(Span<byte> buffer)
    {
        used();
        return inner.Read(buffer);
    }
}
