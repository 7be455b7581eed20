using System.Buffers.Binary;

namespace VSwitch.Captures.Files;

/// <summary>Reads a capture file from its front to its end: pcap and pcapng of either byte order, also compressed with gzip.</summary>
/// <remarks>
/// <para>
/// What is in a file never throws: good packets come, then <see cref="TryRead"/> is false, and <see cref="Error"/> says whether that was the end.
/// What the stream throws goes through. Memory is bounded: half a mebioctet for the octets, at most one more for interfaces and texts;
/// a packet allocates nothing unless it has comments.
/// </para>
/// <para>An FCS at the end of a packet stays there. Not thread safe.</para>
/// <para>Source: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng, RFC 1952.</para>
/// </remarks>
public sealed class CaptureReader : IDisposable
{
    private const int MagicLength = 4;
    private const ushort GzipMagic = 0x1F8B;

    private readonly Stream _stream;
    private readonly bool _leavesOpen;
    private readonly GzipInput? _gzip;
    private readonly RecordReader _records;

    private CaptureReader(Stream stream, bool leavesOpen)
    {
        _stream = stream;
        _leavesOpen = leavesOpen;
        InputBuffer input = new(stream);
        if (input.Has(sizeof(ushort)) && BinaryPrimitives.ReadUInt16BigEndian(input.Held) == GzipMagic)
        {
            _gzip = new GzipInput(input.Held.ToArray(), stream);
            input = new InputBuffer(_gzip);
        }

        _records = RecordsOf(input);
        IsBigEndian = _records.IsBigEndian;
    }

    /// <summary>The format; of a file that is none, <see cref="CaptureFormat.Pcap"/>.</summary>
    public CaptureFormat Format => _records.Format;

    /// <summary>Whether it begins as a capture does; when not, <see cref="Error"/> says what it is taken for.</summary>
    public bool IsCapture => _records is not NoRecords;

    /// <summary>Whether numbers in the file have their highest octet first; in pcapng, in the first section.</summary>
    public bool IsBigEndian { get; }

    /// <summary>Whether it is compressed with gzip.</summary>
    public bool IsCompressed => _gzip is not null;

    /// <summary>The interfaces that were met up to now, over all sections: the list grows while pcapng is read.</summary>
    public IReadOnlyList<CaptureInterface> Interfaces => _records.Interfaces;

    /// <summary>Comments on the sections that were met up to now (opt_comment of section headers), as far as they are kept.</summary>
    public IReadOnlyList<string> Comments => _records is PcapngReader pcapng ? pcapng.Comments : [];

    /// <summary>
    /// Texts that were met up to now and not kept: names and comments beyond 65,536 characters of them all;
    /// and once for each block that has more than 131,072 octets of options, of which only the first are read.
    /// </summary>
    public long OmittedTexts => _records.OmittedTexts;

    /// <summary>Packets read.</summary>
    public long PacketCount { get; private set; }

    /// <summary>Why the file can't be read to its end; null while it can.</summary>
    public CaptureError? Error => _records.Error;

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">It is not there, or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to, or it is a folder.</exception>
    public static CaptureReader Open(string path)
    {
        // The reader has a buffer of its own. Others may write: a capture is read while it grows.
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.SequentialScan);
        try
        {
            return new CaptureReader(stream, leavesOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a capture from any stream, from where it stands.</summary>
    /// <param name="stream">It need not be able to seek; more may be read of it than the capture is long.</param>
    /// <param name="leaveOpen">Whether it stays open when the reader is closed.</param>
    public static CaptureReader Open(Stream stream, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new CaptureReader(stream, leaveOpen);
    }

    /// <summary>Reads the next packet.</summary>
    /// <param name="packet">It, when the result is true; good until the next call.</param>
    /// <returns>False at the end and at an <see cref="Error"/>, and from then on.</returns>
    public bool TryRead(out CapturedPacket packet)
    {
        bool isRead = _records.TryRead(out packet);
        PacketCount += isRead ? 1 : 0;
        return isRead;
    }

    /// <summary>Closes the stream, unless it is to stay open.</summary>
    public void Dispose()
    {
        _gzip?.Dispose();
        if (!_leavesOpen)
        {
            _stream.Dispose();
        }
    }

    private static RecordReader RecordsOf(InputBuffer input)
    {
        if (!input.Has(MagicLength))
        {
            return new NoRecords(input, input.Damage ?? (input.Held.IsEmpty ? "the file is empty" : "the file is too short for a capture"));
        }

        uint big = BinaryPrimitives.ReadUInt32BigEndian(input.Held);
        uint little = BinaryPrimitives.ReadUInt32LittleEndian(input.Held);
        return big == PcapngBlocks.SectionHeader ? new PcapngReader(input)
            : PcapReader.For(input, big, little) ?? (RecordReader)new NoRecords(input, $"neither pcap nor pcapng: it begins with {big:x8}");
    }
}
