using VSwitch.Identifiers;
using VSwitch.Policies;

namespace VSwitch.Tests.Forwarding.Loops;

/// <summary>Switches with loop guards, and the cables and hubs between their ports, in virtual milliseconds. A frame takes one step for a cable.</summary>
internal sealed class LoopNet
{
    internal const int StepMilliseconds = 10;
    internal const int MaxUnderWay = 1000; // what all queues together hold: a storm does not grow for ever

    private readonly List<LoopSwitch> _switches = [];
    private readonly List<List<(LoopSwitch At, PortId Port)>> _segments = [];
    private Queue<(LoopSwitch At, PortId Port, byte[] Frame)> _underWay = new();

    internal long Now { get; private set; } = 12_345;

    /// <summary>Frames on cables now.</summary>
    internal int UnderWay => _underWay.Count;

    internal LoopSwitch Add(int ports, LoopGuardOptions? options = null, int phaseSteps = 0)
    {
        LoopSwitch added = new(this, options ?? new(), ports, (ulong)_switches.Count + 77, Now + (phaseSteps * StepMilliseconds));
        _switches.Add(added);
        return added;
    }

    /// <summary>A cable between two ports, a hub between more; from a port to the same port, a plug that sends everything back.</summary>
    internal void Connect(params (LoopSwitch At, PortId Port)[] ends) => _segments.Add([.. ends]);

    internal void Connect(LoopSwitch at, params int[] ports) => Connect([.. ports.Select(p => (at, at.Port(p)))]);

    internal void Unplug(LoopSwitch at, int port) => _segments.ForEach(s => s.RemoveAll(e => e == (at, at.Port(port))));

    internal void Send(LoopSwitch from, PortId port, byte[] frame)
    {
        foreach (List<(LoopSwitch At, PortId Port)> segment in _segments)
        {
            int self = segment.IndexOf((from, port));
            for (int i = 0; self >= 0 && i < segment.Count && _underWay.Count < MaxUnderWay; i++)
            {
                if (i != self)
                {
                    _underWay.Enqueue((segment[i].At, segment[i].Port, frame));
                }
            }
        }
    }

    internal void Run(long milliseconds)
    {
        for (long end = Now + milliseconds; Now < end; Step())
        {
        }
    }

    /// <summary>Runs until something is so.</summary>
    /// <returns>After how many milliseconds.</returns>
    internal long RunUntil(Func<bool> isSo, long limitMilliseconds = 600_000)
    {
        long begin = Now;
        while (!isSo())
        {
            Assert.True(Now - begin < limitMilliseconds, "waited in vain");
            Step();
        }

        return Now - begin;
    }

    private void Step()
    {
        Now += StepMilliseconds;
        Queue<(LoopSwitch At, PortId Port, byte[] Frame)> arriving = _underWay;
        _underWay = new();
        foreach ((LoopSwitch at, PortId port, byte[] frame) in arriving)
        {
            at.Receive(port, frame);
        }

        _switches.ForEach(s => s.Advance());
    }
}
