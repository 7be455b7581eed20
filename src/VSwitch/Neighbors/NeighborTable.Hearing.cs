using VSwitch.Identifiers;
using VSwitch.Learning;

namespace VSwitch.Neighbors;

/// <content>What is heard: data behind layer 3 ports, and the messages of ARP and ND (RFC 4861, sections 7.2.3 and 7.2.5, appendix C).</content>
public sealed partial class NeighborTable
{
    /// <summary>Notes that a packet with this source came out of a layer 3 port; lock-free unless it is news.</summary>
    /// <param name="address">An address of a host; another is ignored.</param>
    /// <param name="hash"><see cref="Hash"/> of it.</param>
    /// <param name="portMac">The hardware address of the port: what frames for the host behind it are sent to.</param>
    /// <param name="port">Where the packet came from.</param>
    /// <param name="now">Milliseconds.</param>
    /// <remarks>Whoever waits for the address is told by the next <see cref="Advance"/>, unless the caller looks at what was learned or moved.</remarks>
    internal NeighborResult HearData(IpAddressKey address, ulong hash, MacAddress portMac, PortId port, long now)
    {
        uint second = Second(now);
        int at = _table.Find(address, hash, second, out ulong value, out ulong extra);
        if (at < 0)
        {
            return HearDataSlow(address, hash, portMac, port, second);
        }

        if (LearnedValue.Port(value) != port)
        {
            return IsRefused(value, second) ? CountRefused(value) : HearDataSlow(address, hash, portMac, port, second);
        }

        if (extra != LinkWord.OfData(portMac).Value && !LearnedValue.IsStatic(value))
        {
            return HearDataSlow(address, hash, portMac, port, second);
        }

        _table.Refresh(at, value, second);
        return NeighborResult.Known;
    }

    /// <summary>Takes in what a message of ARP or ND says.</summary>
    /// <param name="address">Whose; an address that is none of a host is ignored.</param>
    /// <param name="mac">Its hardware address; one that is none of a station is ignored.</param>
    /// <param name="port">Where the message came from.</param>
    /// <param name="evidence">The kind of message.</param>
    /// <param name="now">Milliseconds.</param>
    /// <param name="resolved">Somebody waited for this address: what he has to send can go.</param>
    internal NeighborResult Hear(IpAddressKey address, MacAddress mac, PortId port, NeighborEvidence evidence, long now, out bool resolved)
    {
        resolved = false;
        if (!address.IsHost || !mac.IsStation)
        {
            return NeighborResult.Ignored;
        }

        uint second = Second(now);
        ulong hash = Hash(address);
        lock (_gate)
        {
            Resolution? running = _resolutions.Find(address);
            bool isKnown = _table.Find(address, hash, second, out ulong value, out ulong extra) >= 0;
            NeighborResult result = !isKnown ? HearOfUnknown(address, hash, mac, port, evidence, running, second)
                : LearnedValue.Port(value) == port && new LinkWord(extra).HardwareAddress == mac
                    ? HearOfOwner(address, hash, value, new(extra), evidence, running, second)
                    : HearOfAnother(address, hash, value, new(extra), mac, port, evidence, running, second);
            if (running is { IsIncomplete: true } && (isKnown || result == NeighborResult.Learned))
            {
                _resolutions.Remove(address);
                resolved = true;
            }

            return result;
        }
    }

    // Of an advertisement to somebody who waits, S alone decides (RFC 4861, section 7.2.5).
    private static bool Confirms(NeighborEvidence evidence, bool wasAsked) =>
        evidence is NeighborEvidence.SolicitedAdvertisement or NeighborEvidence.SolicitedOverride ||
        (evidence == NeighborEvidence.Reply && wasAsked);

    private static bool IsAdvertisement(NeighborEvidence evidence) => evidence >= NeighborEvidence.SolicitedAdvertisement;

    private static bool MayOverride(NeighborEvidence evidence) =>
        evidence is not (NeighborEvidence.SolicitedAdvertisement or NeighborEvidence.Advertisement);

    private NeighborResult HearOfUnknown(
        IpAddressKey address, ulong hash, MacAddress mac, PortId port, NeighborEvidence evidence, Resolution? running, uint second)
    {
        bool isAwaited = running is { IsIncomplete: true };
        if (IsAdvertisement(evidence) && !isAwaited)
        {
            return NeighborResult.Ignored;
        }

        NeighborState state = Confirms(evidence, isAwaited) ? NeighborState.Reachable : NeighborState.Stale;
        if (_table.Put(address, hash, port, new LinkWord(mac, state).Value, second) == LearnResult.Full)
        {
            return NeighborResult.Full;
        }

        if (!isAwaited)
        {
            _resolutions.Remove(address); // of a former entry
        }

        return NeighborResult.Learned;
    }

    private NeighborResult HearOfOwner(
        IpAddressKey address, ulong hash, ulong value, LinkWord link, NeighborEvidence evidence, Resolution? running, uint second)
    {
        if (LearnedValue.IsStatic(value))
        {
            return NeighborResult.Known;
        }

        LinkWord next = link;
        if (!link.IsData && Confirms(evidence, running is { State: NeighborState.Probe }))
        {
            next = new LinkWord(link.HardwareAddress, NeighborState.Reachable);
            EndTimer(address);
        }
        else if (link.IsConfirmed)
        {
            // Heard now, confirmed as long ago as before.
            int lag = Math.Max(0, Silent(value, second)) + link.Lag;
            next = lag < _reachableSeconds ? new LinkWord(link.HardwareAddress, NeighborState.Reachable, lag) : link.With(NeighborState.Stale);
        }

        _table.Put(address, hash, LearnedValue.Port(value), next.Value, second);
        return NeighborResult.Known;
    }

    private NeighborResult HearOfAnother(
        IpAddressKey address, ulong hash, ulong value, LinkWord link, MacAddress mac, PortId port, NeighborEvidence evidence, Resolution? running, uint second)
    {
        if (!LearnedValue.IsStatic(value) && !MayOverride(evidence) && link.HardwareAddress != mac)
        {
            if (link.IsConfirmed)
            {
                _table.TrySetExtra(address, hash, link.With(NeighborState.Stale).Value);
            }

            return NeighborResult.Ignored;
        }

        if (IsRefused(value, second))
        {
            return CountRefused(value);
        }

        bool isConfirmed = Confirms(evidence, running is { State: NeighborState.Probe });
        TakeOver(address, hash, value, new LinkWord(mac, isConfirmed ? NeighborState.Reachable : NeighborState.Stale), port, second);
        return NeighborResult.Moved;
    }

    private NeighborResult HearDataSlow(IpAddressKey address, ulong hash, MacAddress portMac, PortId port, uint second)
    {
        if (!address.IsHost || !portMac.IsStation)
        {
            return NeighborResult.Ignored;
        }

        if (!_table.HasRoomFor(port) && _table.Find(address, hash, second, out _, out _) < 0)
        {
            _table.CountNotLearned();
            return NeighborResult.Full;
        }

        lock (_gate)
        {
            var link = LinkWord.OfData(portMac);
            if (_table.Find(address, hash, second, out ulong value, out ulong extra) < 0)
            {
                if (_table.Put(address, hash, port, link.Value, second) == LearnResult.Full)
                {
                    return NeighborResult.Full;
                }

                EndTimer(address);
                return NeighborResult.Learned;
            }

            bool isHere = LearnedValue.Port(value) == port;
            if (isHere && (LearnedValue.IsStatic(value) || new LinkWord(extra).HardwareAddress == portMac))
            {
                _table.Put(address, hash, port, link.Value, second); // not over a static one
                EndTimer(address);
                return NeighborResult.Known;
            }

            if (!isHere && IsRefused(value, second))
            {
                return CountRefused(value);
            }

            TakeOver(address, hash, value, link, port, second);
            return NeighborResult.Moved;
        }
    }

    /// <summary>The owner of an entry keeps it, whoever else claims it.</summary>
    private bool IsRefused(ulong value, uint second) => LearnedValue.IsStatic(value) || (_guard && IsPresent(value, second));

    private NeighborResult CountRefused(ulong value)
    {
        Interlocked.Increment(ref _refused);
        if (!LearnedValue.IsStatic(value))
        {
            Interlocked.Increment(ref _conflicts); // the guard refuses only what an owner holds who was heard
        }

        return NeighborResult.Refused;
    }

    private void TakeOver(IpAddressKey address, ulong hash, ulong value, LinkWord link, PortId port, uint second)
    {
        Interlocked.Increment(ref _moves);
        if (IsPresent(value, second) && !(link.IsData && LearnedValue.Port(value) == port)) // a port may change its own address
        {
            Interlocked.Increment(ref _conflicts);
        }

        _table.Put(address, hash, port, link.Value, second);
        EndTimer(address);
    }
}
