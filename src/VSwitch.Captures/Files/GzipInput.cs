using System.IO.Compression;

namespace VSwitch.Captures.Files;

/// <summary>What is in a gzip file, and whether all of it was there.</summary>
/// <remarks>
/// <see cref="GZipStream"/> takes a file that ends in the middle for one that ends. So at the end it is given one more member, with octets that are known:
/// they come out only if the member before was complete.
/// Source: RFC 1952.
/// </remarks>
internal sealed class GzipInput : ForwardStream
{
    // What a call has unpacked is lost when it comes upon damage.
    private const int MaxPiece = 1024;

    private static readonly byte[] s_mark = "the end of it"u8.ToArray();
    private static readonly byte[] s_lastMember = Compress(s_mark);

    private readonly JoinedStream _compressed;
    private readonly GZipStream _octets;
    private bool _hasEnded;

    /// <param name="head">What was read of the stream already.</param>
    /// <param name="body">The rest of it; it stays open.</param>
    internal GzipInput(byte[] head, Stream body)
    {
        _compressed = new JoinedStream(head, body);
        _octets = new GZipStream(_compressed, CompressionMode.Decompress);
    }

    /// <exception cref="InvalidDataException">It is damaged, ends early, or something that is not gzip follows.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_hasEnded || buffer.IsEmpty)
        {
            return 0;
        }

        int read = _octets.Read(buffer[..Math.Min(MaxPiece, buffer.Length)]);
        if (read == 0)
        {
            _hasEnded = true;
            CheckTheEnd();
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _octets.Dispose();
        }

        base.Dispose(disposing);
    }

    private void CheckTheEnd()
    {
        _compressed.Append(s_lastMember);
        Span<byte> mark = stackalloc byte[s_mark.Length + 1];
        int length = 0;
        while (length < mark.Length && _octets.Read(mark[length..]) is var read and > 0)
        {
            length += read;
        }

        if (!mark[..length].SequenceEqual(s_mark))
        {
            throw new InvalidDataException("the last member is not complete");
        }
    }

    private static byte[] Compress(byte[] octets)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(octets);
        }

        return compressed.ToArray();
    }
}
