using VSwitch.Forwarding.Loops;
using VSwitch.Identifiers;
using VSwitch.Policies;

namespace VSwitch.Tests.Forwarding.Loops;

/// <summary>A switch of a <see cref="LoopNet"/>: floods everything, and does what its loop guard says.</summary>
internal sealed class LoopSwitch
{
    private static readonly MacAddress s_source = new(0x0200_0000_00AA);

    private readonly LoopNet _net;
    private readonly long _startAt;
    private readonly List<PortId> _ports;
    private readonly List<PortId> _due = [];

    internal LoopSwitch(LoopNet net, LoopGuardOptions options, int ports, ulong id, long startAt)
    {
        _net = net;
        _startAt = startAt;
        _ports = [.. Enumerable.Range(0, ports).Select(i => new PortId(i, 0))];
        Guard = new(options, id, secret: id * 31);
        Guard.SetPorts([.. _ports]);
    }

    internal LoopGuard Guard { get; }

    /// <summary>The last probe that went out by each port.</summary>
    internal Dictionary<PortId, byte[]> LastProbes { get; } = [];

    internal IEnumerable<int> Blocked => _ports.Where(Guard.IsBlocked).Select(p => p.Index);

    internal PortId Port(int index) => _ports.Single(p => p.Index == index);

    internal void Remove(int index)
    {
        _ports.RemoveAll(p => p.Index == index);
        Guard.SetPorts([.. _ports]);
    }

    internal PortId Add(int index, int generation)
    {
        _ports.Add(new(index, generation));
        Guard.SetPorts([.. _ports]);
        return _ports[^1];
    }

    internal LoopVerdict Receive(PortId port, byte[] frame)
    {
        LoopVerdict verdict = Guard.Hear(frame, port, _net.Now);
        if (verdict is LoopVerdict.NotAProbe or LoopVerdict.Foreign && !Guard.IsBlocked(port))
        {
            Flood(port, frame);
        }

        return verdict;
    }

    internal void Flood(PortId from, byte[] frame)
    {
        foreach (PortId to in _ports.Where(p => p != from && !Guard.IsBlocked(p)))
        {
            _net.Send(this, to, frame);
        }
    }

    internal void Advance()
    {
        if (_net.Now < _startAt)
        {
            return;
        }

        Guard.Advance(_net.Now, _due);
        foreach (PortId port in _due)
        {
            var frame = new byte[60];
            Assert.Equal(60, Guard.WriteProbe(port, s_source, frame));
            LastProbes[port] = frame;
            _net.Send(this, port, frame);
        }
    }

    internal List<LoopChange> TakeChanges()
    {
        List<LoopChange> changes = [];
        while (Guard.TryTakeChange(out LoopChange change))
        {
            changes.Add(change);
        }

        return changes;
    }
}
