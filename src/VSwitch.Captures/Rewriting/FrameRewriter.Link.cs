using System.Buffers.Binary;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Captures.Rewriting;

/// <content>Layer 2: tags and MAC addresses.</content>
public sealed partial class FrameRewriter
{
    private const int VidMask = 0xFFF, DropEligibleBit = 0x1000, PriorityShift = 13;
    private const int VlanIds = VidMask + 1;

    private readonly ushort[]? _vlanMap; // by VID

    private static ushort[]? MakeVlanMap(VlanEdit? edit)
    {
        if (edit is not { Kind: VlanEditKind.Change, Map.Count: > 0 })
        {
            return null;
        }

        ushort[] map = [.. Enumerable.Range(0, VlanIds).Select(v => (ushort)v)];
        foreach ((VlanId from, VlanId to) in edit.Map.Reverse()) // the first match wins: it is written last
        {
            map[from.Value & VidMask] = (ushort)(to.Value & VidMask);
        }

        return map;
    }

    private static bool IsTagged(ReadOnlySpan<byte> frame) =>
        frame.Length >= EthernetHeader.Length + VlanTag.Length && VlanTag.IsTag((EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[EthernetHeader.AddressOctets..]));

    private int VlanGrowth(ReadOnlySpan<byte> frame) => _options.Vlan?.Kind switch
    {
        VlanEditKind.Add => VlanTag.Length,
        VlanEditKind.Delete when IsTagged(frame) => -VlanTag.Length,
        _ => 0,
    };

    private void EditVlan(Span<byte> buffer, int length, int growth)
    {
        Span<byte> behind = buffer[EthernetHeader.AddressOctets..];
        int left = length - EthernetHeader.AddressOctets;
        if (growth > 0)
        {
            behind[..left].CopyTo(behind[VlanTag.Length..]);
            BinaryPrimitives.WriteUInt16BigEndian(behind, (ushort)_options.Vlan!.Protocol);
            BinaryPrimitives.WriteUInt16BigEndian(behind[2..], Tci(_options.Vlan, 0));
        }
        else if (growth < 0)
        {
            behind[VlanTag.Length..left].CopyTo(behind);
        }
        else if (_options.Vlan is { Kind: VlanEditKind.Change } edit && IsTagged(buffer[..length]))
        {
            BinaryPrimitives.WriteUInt16BigEndian(behind[2..], Tci(edit, BinaryPrimitives.ReadUInt16BigEndian(behind[2..])));
        }
    }

    private ushort Tci(VlanEdit edit, int tci)
    {
        int vid = edit.Vlan?.Value ?? (_vlanMap is null ? tci : _vlanMap[tci & VidMask]);
        int priority = edit.Priority ?? (tci >> PriorityShift);
        bool isEligible = edit.DropEligible ?? ((tci & DropEligibleBit) != 0);
        return (ushort)(((priority & 7) << PriorityShift) | (isEligible ? DropEligibleBit : 0) | (vid & VidMask));
    }

    private void EditAddresses(Span<byte> frame, RewriteSide side)
    {
        if (_substitutions.Length == 0 && _macSeed is null && _options is { DestinationMac: null, SourceMac: null })
        {
            return;
        }

        EthernetHeader.TryRead(frame, out EthernetHeader header); // its length was checked
        EthernetHeader.WriteAddresses(
            frame, NewAddress(header.Destination, _options.DestinationMac?.Of(side)), NewAddress(header.Source, _options.SourceMac?.Of(side)));
    }

    private MacAddress NewAddress(MacAddress address, MacAddress? replacement)
    {
        if (address.IsGroup && (_options.SkipBroadcast || _options.SkipLinkBroadcast))
        {
            return address;
        }

        MacAddress result = address;
        foreach (MacSubstitution substitution in _substitutions)
        {
            result = result == substitution.From ? substitution.To : result;
        }

        return replacement ?? (_macSeed is { } seed ? Randomize(seed, result) : result);
    }

    // Groups stay groups, stations become other stations.
    private MacAddress Randomize(KeyedPermutation seed, MacAddress address)
    {
        int bits = (MacAddress.Length - _options.MacSeedKeptOctets) * 8;
        if (address.IsGroup || bits == 0)
        {
            return address;
        }

        ulong mask = (1UL << bits) - 1;
        MacAddress result = address;
        const int MaxWalk = 64; // each further step is needed by one address in two: it ends
        for (int walked = 0; walked < MaxWalk; walked++)
        {
            result = new((result.Value & ~mask) | seed.Permute(result.Value & mask, bits));
            if (result.IsStation)
            {
                return result;
            }
        }

        return address;
    }
}
