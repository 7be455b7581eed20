using System.Runtime.InteropServices;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Netlink;

/// <summary>An interface as the kernel described it at one moment.</summary>
public sealed record LinkInfo
{
    private const uint UpFlag = 0x1;            // IFF_UP, linux/if.h
    private const uint LowerUpFlag = 0x10000;   // IFF_LOWER_UP

    private LinkInfo()
    {
    }

    /// <summary>Its number in its namespace.</summary>
    public int Index { get; private init; }

    /// <summary>Its name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Octets of the longest packet, without the Ethernet header.</summary>
    public int Mtu { get; private set; }

    /// <summary>Zero when it has none (TUN).</summary>
    public MacAddress HardwareAddress { get; private set; }

    /// <summary>Administratively up.</summary>
    public bool IsUp => (Flags & UpFlag) != 0;

    /// <summary>The cable is plugged in.</summary>
    public bool HasCarrier => (Flags & LowerUpFlag) != 0;

    /// <summary>The driver's kind, such as <c>tun</c> (both TAP and TUN) or <c>veth</c>; empty for hardware and loopback.</summary>
    public string Kind { get; private set; } = "";

    /// <summary>Frames that the kernel dropped because the interface's queue was full: nobody read the TAP fast enough.</summary>
    public long TransmitDropped { get; private set; }

    internal uint Flags { get; private init; }

    /// <summary>IFF_TUN (1) or IFF_TAP (2); 0 when it is neither.</summary>
    internal int TunType { get; private set; }

    internal bool IsPersistent { get; private set; }

    internal bool IsMultiQueue { get; private set; }

    /// <summary>Queues that processes have open, of a multi-queue TAP or TUN.</summary>
    internal int OpenQueues { get; private set; }

    /// <summary>Reads what follows the header of RTM_NEWLINK.</summary>
    /// <returns>Null when it is cut.</returns>
    internal static LinkInfo? Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < IfInfoMsg.Length)
        {
            return null;
        }

        IfInfoMsg fixedPart = MemoryMarshal.Read<IfInfoMsg>(payload);
        LinkInfo link = new() { Index = fixedPart.Index, Flags = fixedPart.Flags };
        AttributeReader attributes = new(payload[IfInfoMsg.Length..]);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case LinkAttribute.Address when attributes.Value.Length == MacAddress.Length:
                    link.HardwareAddress = MacAddress.Read(attributes.Value);
                    break;
                case LinkAttribute.Name:
                    link.Name = attributes.Text;
                    break;
                case LinkAttribute.Mtu:
                    link.Mtu = attributes.Int32;
                    break;
                case LinkAttribute.Info:
                    link.ReadInfo(attributes.Value);
                    break;
                case LinkAttribute.Stats64 when attributes.Value.Length >= 8 * sizeof(long):
                    link.TransmitDropped = MemoryMarshal.Read<long>(attributes.Value[(7 * sizeof(long))..]);
                    break;
            }
        }

        return link;
    }

    private void ReadInfo(ReadOnlySpan<byte> info)
    {
        ReadOnlySpan<byte> data = default;
        AttributeReader attributes = new(info);
        while (attributes.MoveNext())
        {
            if (attributes.Type == LinkAttribute.InfoKind)
            {
                Kind = attributes.Text;
            }
            else if (attributes.Type == LinkAttribute.InfoData)
            {
                data = attributes.Value;
            }
        }

        if (Kind == "tun")
        {
            ReadTun(data);
        }
    }

    private void ReadTun(ReadOnlySpan<byte> data)
    {
        AttributeReader attributes = new(data);
        while (attributes.MoveNext())
        {
            int octet = attributes.Value.IsEmpty ? 0 : attributes.Value[0];
            switch (attributes.Type)
            {
                case LinkAttribute.TunType:
                    TunType = octet;
                    break;
                case LinkAttribute.TunPersist:
                    IsPersistent = octet != 0;
                    break;
                case LinkAttribute.TunMultiQueue:
                    IsMultiQueue = octet != 0;
                    break;
                case LinkAttribute.TunNumQueues:
                    OpenQueues = attributes.Int32;
                    break;
            }
        }
    }
}
