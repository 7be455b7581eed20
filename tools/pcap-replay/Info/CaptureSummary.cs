using VSwitch.Captures.Files;

namespace VSwitch.PcapReplay.Info;

/// <summary>What is in a capture file, counted once through.</summary>
internal sealed class CaptureSummary
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly CaptureReader _reader;
    private long[] _packetsOfInterface = [];
    private long? _previous;

    private CaptureSummary(string file, CaptureReader reader)
    {
        File = file;
        _reader = reader;
    }

    /// <summary>Its name, as the user gave it.</summary>
    internal string File { get; }

    /// <summary>The format as people write it; null for a file that is no capture.</summary>
    internal string? Format => !_reader.IsCapture ? null : _reader.Format switch
    {
        CaptureFormat.Pcapng => "pcapng",
        CaptureFormat.NanosecondPcap => "pcap-ns",
        CaptureFormat.ModifiedPcap => "pcap-modified",
        _ => "pcap",
    };

    internal bool IsBigEndian => _reader.IsBigEndian;

    internal bool IsCompressed => _reader.IsCompressed;

    internal long Packets => _reader.PacketCount;

    /// <summary>Octets of packets that are in the file.</summary>
    internal long Captured { get; private set; }

    /// <summary>Octets that they had on the wire, as the file says it.</summary>
    internal long Original { get; private set; }

    /// <summary>Packets of which less was kept than they had.</summary>
    internal long Snapped { get; private set; }

    /// <summary>Packets that were lost while it was captured, as far as it says so with its packets.</summary>
    internal ulong Dropped { get; private set; }

    /// <summary>Packets without a time.</summary>
    internal long Timeless { get; private set; }

    /// <summary>Packets that are earlier than the one before.</summary>
    internal long Backward { get; private set; }

    /// <summary>Packets with comments.</summary>
    internal long Commented { get; private set; }

    /// <summary>The earliest time, in nanoseconds since 1970; null when no packet has one.</summary>
    internal long? First { get; private set; }

    /// <summary>The latest time.</summary>
    internal long? Last { get; private set; }

    /// <summary>Seconds between the two, at full resolution.</summary>
    internal decimal? Duration => Last - (decimal?)First is { } nanoseconds ? nanoseconds / NanosecondsPerSecond : null;

    internal IReadOnlyList<InterfaceSummary> Interfaces =>
        [.. _reader.Interfaces.Select(i => new InterfaceSummary(i, i.Index < _packetsOfInterface.Length ? _packetsOfInterface[i.Index] : 0))];

    /// <summary>Each link type once, in the order of the interfaces.</summary>
    internal IReadOnlyList<string> LinkTypes => [.. _reader.Interfaces.Select(i => LinkTypeNames.Of(i.LinkType)).Distinct()];

    /// <summary>Comments on the file.</summary>
    internal IReadOnlyList<string> Comments => _reader.Comments;

    /// <summary>Texts that were too much to keep.</summary>
    internal long OmittedTexts => _reader.OmittedTexts;

    internal CaptureError? Error => _reader.Error;

    /// <summary>Reads a file to its end.</summary>
    /// <param name="file">Its name; <c>-</c> for standard input.</param>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to, or it is a folder.</exception>
    internal static CaptureSummary Read(string file)
    {
        using CaptureReader reader = file == "-" ? CaptureReader.Open(Console.OpenStandardInput()) : CaptureReader.Open(file);
        CaptureSummary summary = new(file, reader);
        while (reader.TryRead(out CapturedPacket packet))
        {
            summary.Count(packet);
        }

        return summary;
    }

    private void Count(in CapturedPacket packet)
    {
        Captured += packet.Octets.Length;
        Original += packet.OriginalLength;
        Snapped += packet.Octets.Length < packet.OriginalLength ? 1 : 0;
        Dropped = packet.DropCount > ulong.MaxValue - Dropped ? ulong.MaxValue : Dropped + packet.DropCount;
        Commented += packet.Comments.Count > 0 ? 1 : 0;
        int index = packet.Interface.Index;
        if (index >= _packetsOfInterface.Length)
        {
            Array.Resize(ref _packetsOfInterface, _reader.Interfaces.Count);
        }

        _packetsOfInterface[index]++;
        if (packet.Timestamp is not { } time)
        {
            Timeless++;
            return;
        }

        Backward += time < _previous ? 1 : 0;
        _previous = time;
        First = First is { } first && first <= time ? first : time;
        Last = Last is { } last && last >= time ? last : time;
    }
}
