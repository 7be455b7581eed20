namespace VSwitch.Captures.Files;

/// <summary>Octets, then a stream, then, once they are asked for, more octets: forward only.</summary>
internal sealed class JoinedStream(byte[] head, Stream body) : ForwardStream
{
    private ReadOnlyMemory<byte> _head = head;
    private ReadOnlyMemory<byte> _tail;

    public override int Read(Span<byte> buffer)
    {
        if (Take(ref _head, buffer) is var taken and > 0)
        {
            return taken;
        }

        return body.Read(buffer) is var read and > 0 ? read : Take(ref _tail, buffer);
    }

    /// <summary>Lets more octets follow the end of the stream.</summary>
    internal void Append(byte[] tail) => _tail = tail;

    private static int Take(ref ReadOnlyMemory<byte> from, Span<byte> buffer)
    {
        int count = Math.Min(from.Length, buffer.Length);
        from.Span[..count].CopyTo(buffer);
        from = from[count..];
        return count;
    }
}
