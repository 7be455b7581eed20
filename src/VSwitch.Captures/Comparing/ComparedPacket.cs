using VSwitch.Captures.Files;

namespace VSwitch.Captures.Comparing;

/// <summary>A packet of one side of a comparison, copied from its file.</summary>
public sealed class ComparedPacket
{
    private const int Overhead = 400; // octets of one beside those of the frame, a flow of its own included, about

    private readonly byte[] _octets;

    internal ComparedPacket(in CapturedPacket packet, long number)
    {
        Number = number;
        Interface = packet.Interface;
        Timestamp = packet.Timestamp;
        OriginalLength = packet.OriginalLength;
        _octets = packet.Octets.ToArray();
    }

    /// <summary>Its number in the file, 1 for the first.</summary>
    public long Number { get; }

    /// <summary>Where it was captured.</summary>
    public CaptureInterface Interface { get; }

    /// <summary>When, in nanoseconds since 1970-01-01 00:00 UTC; null where the file says nothing.</summary>
    public long? Timestamp { get; }

    /// <summary>Octets that it had on the wire, as the file says it.</summary>
    public uint OriginalLength { get; }

    /// <summary>What was kept of it.</summary>
    public ReadOnlyMemory<byte> Octets => _octets;

    internal ReadOnlySpan<byte> Span => _octets;

    /// <summary>Octets on the wire; a file that says fewer than it kept is not believed.</summary>
    internal long WireLength => Math.Max(OriginalLength, (uint)_octets.Length);

    internal long Cost => _octets.Length + Overhead;

    internal int InterfaceKey { get; init; }

    /// <summary>Nanoseconds since the first packet of its file.</summary>
    internal Int128? SinceFirst { get; init; }

    /// <summary>The first sequence number of its direction and of the other one; 0 unless numbers are relative.</summary>
    internal (uint Sequence, uint Acknowledgment) Bases { get; set; }

    /// <summary>The same for packets that are equal as far as it counts.</summary>
    internal UInt128 Digest { get; set; }

    /// <summary>Packets of its flow in front of it that have their counterparts.</summary>
    internal long Rank { get; set; }
}
