using System.Buffers.Binary;
using VSwitch.Identifiers;

namespace VSwitch.Wire;

/// <summary>Reads the Ethernet header at the front of a frame, in place.</summary>
/// <remarks>Octets: destination 6 | source 6 | EtherType 2, big-endian; no FCS. Source: IEEE Std 802.3, clause 3.</remarks>
public readonly ref struct EthernetHeader
{
    /// <summary>Octets of the header, tags not counted.</summary>
    public const int Length = 14;

    private readonly ReadOnlySpan<byte> _octets;

    private EthernetHeader(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Whom the frame is for.</summary>
    public MacAddress Destination => MacAddress.Read(_octets);

    /// <summary>Who sent the frame.</summary>
    public MacAddress Source => MacAddress.Read(_octets[6..]);

    /// <summary>What follows the header: a tag, a protocol, or, below 1536, a length.</summary>
    public EtherType EtherType => (EtherType)BinaryPrimitives.ReadUInt16BigEndian(_octets[12..]);

    /// <summary>Checks the length once; afterwards no property can throw.</summary>
    /// <returns>False for a runt, shorter than <see cref="Length"/>.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, out EthernetHeader header)
    {
        bool fits = frame.Length >= Length;
        header = fits ? new(frame[..Length]) : default;
        return fits;
    }
}
