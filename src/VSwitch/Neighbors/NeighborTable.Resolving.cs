using VSwitch.Identifiers;

namespace VSwitch.Neighbors;

/// <content>What is asked: unknown addresses, and known ones that nothing has confirmed for a while (RFC 4861, sections 7.2.2 and 7.3).</content>
public sealed partial class NeighborTable
{
    /// <summary>Begins to ask for an address that is not known.</summary>
    /// <param name="address">Whose hardware address is wanted.</param>
    /// <param name="asker">The port whose packet waits; what it has running at once is bounded.</param>
    /// <param name="source">The address that solicitations are sent from, remembered for the later ones.</param>
    /// <param name="now">Milliseconds.</param>
    internal ResolveResult Resolve(IpAddressKey address, PortId asker, IpAddressKey source, long now)
    {
        if (!address.IsHost)
        {
            return ResolveResult.Full;
        }

        lock (_gate)
        {
            if (_table.Find(address, Hash(address), Second(now), out _, out _) >= 0)
            {
                return ResolveResult.Known;
            }

            if (_resolutions.Find(address) is { IsIncomplete: true })
            {
                return ResolveResult.Waiting;
            }

            _resolutions.Remove(address); // the check of an entry that was forgotten meanwhile
            if (!_resolutions.HasRoomFor(asker))
            {
                return ResolveResult.Full;
            }

            _resolutions.Add(address, new(NeighborState.Incomplete, asker, source, now, now + _retransmit));
            return ResolveResult.Started;
        }
    }

    /// <summary>Somebody waits for an address: its solicitations are under way.</summary>
    internal bool IsAskedFor(IpAddressKey address)
    {
        lock (_gate)
        {
            return _resolutions.Find(address) is { IsIncomplete: true };
        }
    }

    /// <summary>Notes that a link with <see cref="NeighborLink.NeedsUse"/> was used: a stale entry is checked after a delay.</summary>
    /// <param name="address">The neighbour.</param>
    /// <param name="asker">The port whose packet went there.</param>
    /// <param name="source">The address that probes are sent from.</param>
    /// <param name="now">Milliseconds.</param>
    /// <returns>False when there is nothing to do, or no room to do it: a later use will.</returns>
    internal bool Use(IpAddressKey address, PortId asker, IpAddressKey source, long now)
    {
        if (!_resolutions.HasRoomFor(asker))
        {
            return false;
        }

        uint second = Second(now);
        ulong hash = Hash(address);
        lock (_gate)
        {
            if (_table.Find(address, hash, second, out ulong value, out ulong extra) < 0 || !IsStale(value, new(extra), second) ||
                _resolutions.Find(address) is not null || !_resolutions.HasRoomFor(asker))
            {
                return false;
            }

            _table.TrySetExtra(address, hash, new LinkWord(extra).With(NeighborState.Delay).Value);
            _resolutions.Add(address, new(NeighborState.Delay, asker, source, now, now + _delay));
            return true;
        }
    }

    /// <summary>Lets time pass: to be called about once a second, and more often where timers are to be finer.</summary>
    /// <param name="now">Milliseconds.</param>
    /// <param name="due">What is to be sent or given up is appended here.</param>
    internal void Advance(long now, List<NeighborDue> due)
    {
        uint second = Second(now);
        lock (_gate)
        {
            foreach ((IpAddressKey address, Resolution running) in _resolutions.All)
            {
                if (running.DueAt <= now)
                {
                    Continue(address, running, now, due);
                }
            }

            _table.Age(second);
        }
    }

    private void Continue(IpAddressKey address, Resolution running, long now, List<NeighborDue> due)
    {
        ulong hash = Hash(address);
        bool isKnown = _table.Find(address, hash, Second(now), out _, out ulong extra) >= 0;
        LinkWord link = isKnown ? new(extra) : default;
        int most = running.IsIncomplete ? _maxMulticast : _maxUnicast;
        if (running.IsIncomplete ? isKnown : !(isKnown && link.IsTimed))
        {
            // It got known on another way, and whoever waits is told; or what was checked is no more, and nobody waits.
            _resolutions.Remove(address);
            if (running.IsIncomplete)
            {
                due.Add(new(NeighborDueKind.Failed, address, default, running.Asker, running.Source));
            }
        }
        else if (running.Sent >= most)
        {
            Interlocked.Increment(ref _failures);
            if (isKnown)
            {
                _table.Remove(address);
            }

            _resolutions.Remove(address);
            due.Add(new(NeighborDueKind.Failed, address, default, running.Asker, running.Source));
        }
        else
        {
            if (running.State == NeighborState.Delay)
            {
                running.Probe();
                _table.TrySetExtra(address, hash, link.With(NeighborState.Probe).Value);
            }

            running.CountSent(now, _retransmit);
            NeighborDueKind kind = running.IsIncomplete ? NeighborDueKind.Solicit : NeighborDueKind.Probe;
            due.Add(new(kind, address, link.HardwareAddress, running.Asker, running.Source));
        }
    }

    /// <summary>The entry was entered anew or confirmed: its check is over. Whoever waits for it is told soon.</summary>
    private void EndTimer(IpAddressKey address)
    {
        Resolution? running = _resolutions.Find(address);
        if (running is { IsIncomplete: true })
        {
            running.EndSoon();
        }
        else if (running is not null)
        {
            _resolutions.Remove(address);
        }
    }

    /// <summary>The check of an entry ends without a result: its next use begins another.</summary>
    private void EndCheck(IpAddressKey address)
    {
        ulong hash = Hash(address);
        if (_table.Find(address, hash, 0, out _, out ulong extra) >= 0 && new LinkWord(extra) is { IsTimed: true } link)
        {
            _table.TrySetExtra(address, hash, link.With(NeighborState.Stale).Value);
        }
    }
}
