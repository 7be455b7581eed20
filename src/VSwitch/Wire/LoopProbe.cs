using System.Buffers.Binary;
using VSwitch.Identifiers;

namespace VSwitch.Wire;

/// <summary>Reads a probe of the loop guard, in place: a frame that a switch sends by one of its ports, and that comes back where there is a loop.</summary>
/// <remarks>
/// Octets behind the Ethernet header and up to two VLAN tags: magic 8 | version 1 | sender's port, index 2 and generation 1 | switch 8 | nonce 8 | zeros,
/// big-endian. The format is our own, its EtherType 88-B5, Local Experimental 1 of IEEE Std 802.
/// </remarks>
internal readonly ref struct LoopProbe
{
    /// <summary>Octets of a probe as it is written: the least frame of Ethernet, FCS not counted.</summary>
    public const int FrameLength = 60;

    private const EtherType LocalExperimental1 = (EtherType)0x88B5;
    private const int MaxTags = 2;

    private const ulong Magic = 0x56_53_77_4C_6F_6F_70_47; // "VSwLoopG"
    private const byte Version = 1;

    private const int VersionOffset = 8;
    private const int PortIndexOffset = 9;
    private const int PortGenerationOffset = 11;
    private const int SwitchOffset = 12;
    private const int NonceOffset = 20;
    private const int Length = 28;

    private readonly ReadOnlySpan<byte> _octets;

    private LoopProbe(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Where probes are sent to: a locally administered group that every bridge floods, since it is none of the reserved addresses.</summary>
    public static MacAddress Group => new(0x03_56_53_77_4C_50);

    /// <summary>The port that the probe was sent by. Whoever sent it has written so: the index may be of no port at all.</summary>
    public PortId Port => new(BinaryPrimitives.ReadUInt16BigEndian(_octets[PortIndexOffset..]), _octets[PortGenerationOffset]);

    /// <summary>The switch that the probe was sent by.</summary>
    public ulong SwitchId => BinaryPrimitives.ReadUInt64BigEndian(_octets[SwitchOffset..]);

    /// <summary>What only somebody knows who has seen the probe.</summary>
    public ulong Nonce => BinaryPrimitives.ReadUInt64BigEndian(_octets[NonceOffset..]);

    /// <summary>Whether a frame to <paramref name="destination"/> may be a probe: all that has to be asked of most frames.</summary>
    public static bool IsTo(MacAddress destination) => destination == Group;

    /// <summary>Checks the frame once; afterwards no property can throw.</summary>
    /// <param name="frame">A frame; may be padded, and tagged by a bridge on its way.</param>
    /// <param name="probe">The probe, when the result is true.</param>
    /// <returns>False for another destination, EtherType, magic or version, more than two tags, or a frame cut short.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, out LoopProbe probe)
    {
        probe = default;
        if (!EthernetHeader.TryRead(frame, out EthernetHeader header) || !IsTo(header.Destination))
        {
            return false;
        }

        EtherType type = header.EtherType;
        int at = EthernetHeader.Length;
        for (int tags = 0; VlanTag.IsTag(type); tags++)
        {
            if (tags == MaxTags || !VlanTag.TryRead(frame[(at - sizeof(EtherType))..], out VlanTag tag))
            {
                return false;
            }

            type = tag.EtherType;
            at += VlanTag.Length;
        }

        if (type != LocalExperimental1
            || frame.Length - at < Length
            || BinaryPrimitives.ReadUInt64BigEndian(frame[at..]) != Magic
            || frame[at + VersionOffset] != Version)
        {
            return false;
        }

        probe = new(frame.Slice(at, Length));
        return true;
    }

    /// <summary>Writes a probe, untagged.</summary>
    /// <param name="frame">At least <see cref="FrameLength"/> octets.</param>
    /// <param name="source">A station address of the switch's own.</param>
    /// <param name="port">The port that the probe is sent by.</param>
    /// <param name="switchId">The switch.</param>
    /// <param name="nonce">What nobody can guess.</param>
    /// <returns><see cref="FrameLength"/>.</returns>
    public static int Write(Span<byte> frame, MacAddress source, PortId port, ulong switchId, ulong nonce)
    {
        EthernetHeader.Write(frame, Group, source, LocalExperimental1);
        Span<byte> payload = frame[EthernetHeader.Length..FrameLength];
        BinaryPrimitives.WriteUInt64BigEndian(payload, Magic);
        payload[VersionOffset] = Version;
        BinaryPrimitives.WriteUInt16BigEndian(payload[PortIndexOffset..], (ushort)port.Index);
        payload[PortGenerationOffset] = (byte)port.Generation;
        BinaryPrimitives.WriteUInt64BigEndian(payload[SwitchOffset..], switchId);
        BinaryPrimitives.WriteUInt64BigEndian(payload[NonceOffset..], nonce);
        payload[Length..].Clear();
        return FrameLength;
    }
}
