using System.Buffers.Binary;
using VSwitch.Identifiers;

namespace VSwitch.Wire;

/// <summary>Reads the VLAN tag that stands behind the two addresses of a frame.</summary>
/// <remarks>
/// Octets: TPID 2 | PCP 3 bits, DEI 1 bit, VID 12 bits | EtherType 2, big-endian. Source: IEEE Std 802.1Q-2018, clause 9.
/// </remarks>
public readonly ref struct VlanTag
{
    /// <summary>Octets that a tag adds to a frame.</summary>
    public const int Length = 4;

    private readonly ReadOnlySpan<byte> _octets;

    private VlanTag(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>The tag protocol identifier (TPID): a tag only if <see cref="IsTag"/> says so.</summary>
    public EtherType Protocol => (EtherType)BinaryPrimitives.ReadUInt16BigEndian(_octets);

    /// <summary>The VLAN, or 0 for a tag that carries a priority only.</summary>
    public VlanId Vlan => new((ushort)(BinaryPrimitives.ReadUInt16BigEndian(_octets[2..]) & 0xFFF));

    /// <summary>Priority code point, 0 to 7.</summary>
    public int Priority => _octets[2] >> 5;

    /// <summary>Priority code point and drop eligible indicator as they stand together, 4 bits.</summary>
    internal int PriorityAndEligibility => _octets[2] >> 4;

    /// <summary>What follows the tag: another tag, a protocol, or a length.</summary>
    public EtherType EtherType => (EtherType)BinaryPrimitives.ReadUInt16BigEndian(_octets[4..]);

    /// <summary>Whether <paramref name="type"/> announces a tag.</summary>
    public static bool IsTag(EtherType type) => type is EtherType.CustomerVlan or EtherType.ServiceVlan;

    /// <summary>Checks the length once; afterwards no property can throw.</summary>
    /// <param name="behindAddresses">The frame from the TPID on: octet 12 for the outermost tag.</param>
    /// <param name="tag">The tag, when the result is true.</param>
    /// <returns>False when the frame ends inside the tag or its EtherType.</returns>
    public static bool TryRead(ReadOnlySpan<byte> behindAddresses, out VlanTag tag)
    {
        bool fits = behindAddresses.Length >= Length + 2;
        tag = fits ? new(behindAddresses[..(Length + 2)]) : default;
        return fits;
    }
}
