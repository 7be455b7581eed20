namespace VSwitch.Captures.Tests.Recording;

/// <summary>A file on a disk with so much room: what fits of a write is written, then it fails, as with ENOSPC.</summary>
internal sealed class FailingStream(long room) : MemoryStream
{
    /// <summary>Octets that find room.</summary>
    internal long Room { get; set; } = room;

    internal bool IsClosed { get; private set; }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int fits = (int)Math.Clamp(Room - Length, 0, buffer.Length);
        base.Write(buffer[..fits].ToArray(), 0, fits); // the base gives a span to the overload above again
        if (fits < buffer.Length)
        {
            throw new IOException("No space left on device");
        }
    }

    public override void SetLength(long value)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        base.SetLength(value);
    }

    protected override void Dispose(bool disposing)
    {
        IsClosed = true;
        base.Dispose(disposing);
    }
}
