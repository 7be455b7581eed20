namespace VSwitch.Captures.Files;

/// <summary>Types of pcapng blocks and codes of their options, with the names of the draft.</summary>
/// <remarks>Source: draft-ietf-opsawg-pcapng, sections 3.5 and 4.</remarks>
internal static class PcapngBlocks
{
    internal const uint SectionHeader = 0x0A0D_0D0A;
    internal const uint InterfaceDescription = 1;
    internal const uint ObsoletePacket = 2;
    internal const uint SimplePacket = 3;
    internal const uint EnhancedPacket = 6;

    internal const uint ByteOrderMagic = 0x1A2B_3C4D;

    internal const ushort EndOfOptions = 0;
    internal const ushort Comment = 1;

    internal const ushort SectionUserApplication = 4;

    internal const ushort InterfaceName = 2;
    internal const ushort InterfaceDescriptionText = 3;
    internal const ushort InterfaceTimestampResolution = 9;
    internal const ushort InterfaceFilter = 11;
    internal const ushort InterfaceTimestampOffset = 14;

    internal const ushort PacketFlags = 2;
    internal const ushort PacketDropCount = 4;
    internal const ushort PacketId = 5;

    /// <summary>Octets of any block: type 4 | total length 4 | body | total length 4.</summary>
    internal const int Frame = 12;

    /// <summary>Octets in front of the body.</summary>
    internal const int Front = 8;

    /// <summary>Octets behind it: the total length again.</summary>
    internal const int Back = 4;

    /// <summary>Octets to the next multiple of four.</summary>
    internal static int Padded(int length) => (length + 3) & ~3;
}
