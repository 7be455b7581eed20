namespace VSwitch.Captures.Rewriting;

/// <summary>Says what becomes of the addresses of a packet: all options that touch them, in one order.</summary>
internal sealed class AddressChanger
{
    private const int MaxWalk = 64; // each further step is needed by one number in four at most
    private const int IPv6TopOctet = 120;

    private readonly AddressMapper _maps, _peerMaps, _sources, _destinations;
    private readonly (uint First, uint Second)? _endpoints4;
    private readonly (UInt128 First, UInt128 Second)? _endpoints6;
    private readonly KeyedPermutation? _seed;
    private readonly bool _unique;
    private readonly bool _skipBroadcast;

    internal AddressChanger(RewriteOptions options)
    {
        _maps = new(options.Maps);
        _peerMaps = options.PeerMaps.Count == 0 ? _maps : new(options.PeerMaps);
        (_sources, _destinations) = (new(options.SourceMaps), new(options.DestinationMaps));
        if (options.Endpoints is ({ IsIPv6: var isIPv6 } first, var second))
        {
            if (isIPv6 != second.IsIPv6)
            {
                throw new ArgumentException("endpoints of two families", nameof(options));
            }

            if (isIPv6)
            {
                _endpoints6 = (AddressMapper.IPv6(first), AddressMapper.IPv6(second));
            }
            else
            {
                _endpoints4 = (AddressMapper.IPv4(first), AddressMapper.IPv4(second));
            }
        }

        _seed = options.AddressSeed is { } seed ? new KeyedPermutation(seed) : null;
        _unique = options.UniqueAddresses;
        _skipBroadcast = options.SkipBroadcast;
        IsIdle = !TouchesArp && _sources.IsEmpty && _destinations.IsEmpty;
    }

    /// <summary>No option is about addresses.</summary>
    internal bool IsIdle { get; }

    private bool TouchesArp => !_maps.IsEmpty || !_peerMaps.IsEmpty || _endpoints4 is not null || _endpoints6 is not null || _seed is not null || _unique;

    /// <summary>The new addresses of an IPv4 packet, or of an ARP message.</summary>
    internal (uint Source, uint Destination) Change(uint source, uint destination, RewriteSide side, uint loop, bool isArp)
    {
        bool isFirst = side == RewriteSide.Primary;
        (uint newSource, uint newDestination) = ((isFirst ? _maps : _peerMaps).Map(source), (isFirst ? _peerMaps : _maps).Map(destination));
        if (!isArp) // as tcprewrite
        {
            (newSource, newDestination) = (_sources.Map(newSource), _destinations.Map(newDestination));
        }

        if (_endpoints4 is var (first, second))
        {
            (newSource, newDestination) = isFirst ? (first, second) : (second, first);
        }

        if (_seed is { } seed)
        {
            (newSource, newDestination) = (Randomize(seed, newSource), Randomize(seed, newDestination));
        }

        if (_unique && loop > 0)
        {
            // The lower one down, the higher one up: both directions of a flow stay one flow.
            (newSource, newDestination) = newSource < newDestination ? (newSource - loop, newDestination + loop) : (newSource + loop, newDestination - loop);
        }

        return (Kept(source) ? source : newSource, Kept(destination) ? destination : newDestination);
    }

    /// <summary>The new addresses of an IPv6 packet.</summary>
    internal (UInt128 Source, UInt128 Destination) Change(UInt128 source, UInt128 destination, RewriteSide side, uint loop)
    {
        bool isFirst = side == RewriteSide.Primary;
        UInt128 newSource = _sources.Map((isFirst ? _maps : _peerMaps).Map(source));
        UInt128 newDestination = _destinations.Map((isFirst ? _peerMaps : _maps).Map(destination));
        if (_endpoints6 is var (first, second))
        {
            (newSource, newDestination) = isFirst ? (first, second) : (second, first);
        }

        if (_seed is { } seed)
        {
            (newSource, newDestination) = (Randomize(seed, newSource), Randomize(seed, newDestination));
        }

        if (_unique && loop > 0)
        {
            (newSource, newDestination) = newSource < newDestination
                ? (unchecked(newSource - loop), unchecked(newDestination + loop))
                : (unchecked(newSource + loop), unchecked(newDestination - loop));
        }

        return (Kept(source) ? source : newSource, Kept(destination) ? destination : newDestination);
    }

    private bool Kept(uint address) => _skipBroadcast && IsGroup(address);

    private bool Kept(UInt128 address) => _skipBroadcast && IsGroup(address);

    private static bool IsGroup(uint address) => address >> 28 == 0xE || address == uint.MaxValue;

    private static bool IsGroup(UInt128 address) => (byte)(address >> IPv6TopOctet) == 0xFF;

    private static bool IsHost(uint address) => address >> 24 != 0 && address >> 28 < 0xE;

    // Not a group, not link-local, none of the special ones under ::/32.
    private static bool IsHost(UInt128 address) => address >> 96 != 0 && !IsGroup(address) && !IsLinkLocal(address);

    private static bool IsLinkLocal(UInt128 address) => (uint)(address >> 118) == 0x3FA; // fe80::/10

    // Walks until it is at a host again: so it is a permutation of the hosts too.
    private static uint Randomize(KeyedPermutation seed, uint address)
    {
        uint result = address;
        for (int walked = 0; walked < MaxWalk && IsHost(address); walked++)
        {
            result = (uint)seed.Permute(result, 32);
            if (IsHost(result))
            {
                return result;
            }
        }

        return address;
    }

    private static UInt128 Randomize(KeyedPermutation seed, UInt128 address)
    {
        if (IsLinkLocal(address))
        {
            return new UInt128((ulong)(address >> 64), seed.Permute((ulong)address, 64));
        }

        UInt128 result = address;
        for (int walked = 0; walked < MaxWalk && IsHost(address); walked++)
        {
            result = seed.Permute(result);
            if (IsHost(result))
            {
                return result;
            }
        }

        return address;
    }
}
