using System.Diagnostics;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding;

/// <summary>Where each frame of a burst goes: to one port, or to all but its own.</summary>
/// <remarks>Belongs to one thread. Frames keep their order towards each port.</remarks>
internal sealed class EgressPlan
{
    private const int End = -1;

    private readonly int[] _next;       // of a frame: the next one for the same port
    private readonly int[] _first = new int[PortId.MaxPorts];
    private readonly int[] _last = new int[PortId.MaxPorts];
    private readonly int[] _ports;      // ports that frames were assigned to
    private readonly int[] _floods;     // frames for all
    private readonly int[] _floodsFrom; // the index of the port that each came from
    private readonly int[] _frames;     // what FramesFor answers with
    private int _portCount;
    private int _floodCount;

    internal EgressPlan(int batchCapacity)
    {
        _next = new int[batchCapacity];
        _ports = new int[batchCapacity];
        _floods = new int[batchCapacity];
        _floodsFrom = new int[batchCapacity];
        _frames = new int[batchCapacity];
        Array.Fill(_first, End);
    }

    /// <summary>Indexes of the ports that single frames were assigned to.</summary>
    internal ReadOnlySpan<int> Ports => _ports.AsSpan(0, _portCount);

    /// <summary>Some frame goes to all ports.</summary>
    internal bool HasFloods => _floodCount > 0;

    /// <summary>Forgets everything.</summary>
    internal void Clear()
    {
        foreach (int port in Ports)
        {
            _first[port] = End;
        }

        _portCount = 0;
        _floodCount = 0;
    }

    /// <summary>Sends a frame to one port. Frames are given in ascending order.</summary>
    internal void Assign(int frame, int port)
    {
        Debug.Assert(port is >= 0 and < PortId.MaxPorts);
        _next[frame] = End;
        if (_first[port] == End)
        {
            _first[port] = frame;
            _ports[_portCount++] = port;
        }
        else
        {
            _next[_last[port]] = frame;
        }

        _last[port] = frame;
    }

    /// <summary>Sends a frame to all ports but its own. Frames are given in ascending order.</summary>
    internal void Flood(int frame, int ingress)
    {
        _floodsFrom[_floodCount] = ingress;
        _floods[_floodCount++] = frame;
    }

    /// <summary>The frames for one port, in order; valid until the next call.</summary>
    /// <param name="port">Its index.</param>
    internal ReadOnlySpan<int> FramesFor(int port)
    {
        int count = 0;
        int flood = 0;
        for (int frame = _first[port]; frame != End; frame = _next[frame])
        {
            count = TakeFloods(port, frame, ref flood, count);
            _frames[count++] = frame;
        }

        count = TakeFloods(port, int.MaxValue, ref flood, count);
        return _frames.AsSpan(0, count);
    }

    private int TakeFloods(int port, int before, ref int flood, int count)
    {
        for (; flood < _floodCount && _floods[flood] < before; flood++)
        {
            if (_floodsFrom[flood] != port)
            {
                _frames[count++] = _floods[flood];
            }
        }

        return count;
    }
}
