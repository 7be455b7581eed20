using System.Buffers.Binary;
using System.Text;

namespace VSwitch.Captures.Splitting;

/// <summary>The verdicts on the packets of a capture, in the file format that tcpprep, tcpreplay and tcprewrite exchange (version 04).</summary>
/// <remarks>
/// Octets: "tcpprep" and a zero 8 | version "04" and zeros 4 | packets 8 | packets per octet 2 (always 4) | octets of comment 2 | the comment | verdicts, two
/// bits a packet, the first in the lowest: 2 is "send", 1 is "primary". All big-endian. Learnt from the files that tcpprep 4.4.3 writes.
/// </remarks>
public sealed class TcpprepCache : ISplitter
{
    /// <summary>Octets of comment that a file has place for.</summary>
    public const int MaxComment = ushort.MaxValue;

    private const int HeaderLength = 24, VersionOffset = 8, CountOffset = 12, PackingOffset = 20, CommentOffset = 22;
    private const int PerOctet = 4;
    private const int Send = 2, IsPrimary = 1;
    private const int MinOctets = 4096;

    private byte[] _verdicts = []; // as in the file; longer than needed

    /// <summary>What the file says about itself: tcpprep's arguments, a newline, and words of the user. Not shown to anybody without a look at its characters.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Packets that have a verdict.</summary>
    public long Count { get; private set; }

    /// <summary>Packets that were asked for and are not in the cache: it is that of another capture.</summary>
    public long Beyond { get; private set; }

    /// <summary>Adds the verdict on the next packet.</summary>
    public void Add(TrafficSide side)
    {
        int bits = side switch { TrafficSide.Primary => Send | IsPrimary, TrafficSide.Secondary => Send, _ => 0 };
        long at = Count / PerOctet;
        if (at == _verdicts.Length)
        {
            Array.Resize(ref _verdicts, Math.Max(_verdicts.Length * 2, MinOctets));
        }

        _verdicts[at] |= (byte)(bits << ((int)(Count % PerOctet) * 2));
        Count++;
    }

    /// <summary>The verdict on a packet; one that is not in the cache is skipped, and counted in <see cref="Beyond"/>.</summary>
    /// <param name="number">From 1.</param>
    public TrafficSide SideOf(long number)
    {
        if (number < 1 || number > Count)
        {
            Beyond++;
            return TrafficSide.Skip;
        }

        int bits = _verdicts[(number - 1) / PerOctet] >> ((int)((number - 1) % PerOctet) * 2);
        return (bits & Send) == 0 ? TrafficSide.Skip : (bits & IsPrimary) != 0 ? TrafficSide.Primary : TrafficSide.Secondary;
    }

    /// <inheritdoc/>
    public TrafficSide SideOf(long number, int interfaceIndex, ReadOnlySpan<byte> frame) => SideOf(number);

    /// <summary>Writes the file.</summary>
    /// <exception cref="InvalidOperationException">The comment is longer than <see cref="MaxComment"/> octets.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] comment = Encoding.UTF8.GetBytes(Comment);
        if (comment.Length > MaxComment)
        {
            throw new InvalidOperationException($"a comment of {comment.Length} octets: a tcpprep cache has place for {MaxComment}");
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        header.Clear();
        "tcpprep"u8.CopyTo(header);
        "04"u8.CopyTo(header[VersionOffset..]);
        BinaryPrimitives.WriteInt64BigEndian(header[CountOffset..], Count);
        BinaryPrimitives.WriteUInt16BigEndian(header[PackingOffset..], PerOctet);
        BinaryPrimitives.WriteUInt16BigEndian(header[CommentOffset..], (ushort)comment.Length);
        stream.Write(header);
        stream.Write(comment);
        stream.Write(_verdicts, 0, (int)OctetsOf(Count));
    }

    /// <summary>Reads a file; memory is taken for what is there, not for what is claimed.</summary>
    /// <exception cref="FormatException">It is none, is of another version, or is cut. One line.</exception>
    public static TcpprepCache Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> header = stackalloc byte[HeaderLength];
        if (stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength || !header.StartsWith("tcpprep\0"u8))
        {
            throw new FormatException("it is no tcpprep cache");
        }

        if (!header[VersionOffset..].StartsWith("04\0\0"u8) || BinaryPrimitives.ReadUInt16BigEndian(header[PackingOffset..]) != PerOctet)
        {
            throw new FormatException("it is not a tcpprep cache of version 04: make it anew");
        }

        byte[] comment = new byte[BinaryPrimitives.ReadUInt16BigEndian(header[CommentOffset..])];
        ulong count = BinaryPrimitives.ReadUInt64BigEndian(header[CountOffset..]);
        int read = stream.ReadAtLeast(comment, comment.Length, throwOnEndOfStream: false);
        var cache = new TcpprepCache { Comment = Encoding.UTF8.GetString(comment.AsSpan(0, read)) };
        cache.Count = cache.ReadVerdicts(stream, count);
        return cache;
    }

    private static long OctetsOf(long packets) => (packets + PerOctet - 1) / PerOctet;

    // Takes more memory only when what there was is full.
    private long ReadVerdicts(Stream stream, ulong count)
    {
        long wanted = count > (ulong)Array.MaxLength * PerOctet ? long.MaxValue : OctetsOf((long)count);
        int have = 0;
        while (have < wanted)
        {
            if (have == _verdicts.Length)
            {
                Array.Resize(ref _verdicts, Math.Max(_verdicts.Length * 2, MinOctets));
            }

            int read = stream.Read(_verdicts, have, (int)Math.Min(_verdicts.Length - have, wanted - have));
            if (read == 0)
            {
                throw new FormatException($"it is cut: it claims {count} packets, and has {(long)have * PerOctet} at most");
            }

            have += read;
        }

        int used = (int)(count % PerOctet);
        if (used != 0)
        {
            _verdicts[have - 1] &= (byte)((1 << (used * 2)) - 1); // nothing behind the last packet, so that more can be added
        }

        return (long)count;
    }
}
