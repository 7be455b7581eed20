using VSwitch.Identifiers;

namespace VSwitch.Devices;

/// <summary>Gives the places of a switch or a joiner away, each time under a name that was not used before.</summary>
internal sealed class PortTable
{
    private readonly PriorityQueue<int, int> _free = new();
    private readonly int[] _generations = new int[PortId.MaxPorts];
    private int _used;

    /// <exception cref="InvalidOperationException">All places are taken.</exception>
    internal PortId Take()
    {
        if (!_free.TryDequeue(out int index, out _))
        {
            index = _used < PortId.MaxPorts
                ? _used++
                : throw new InvalidOperationException($"there are {PortId.MaxPorts} ports, and no room for another");
        }

        return new PortId(index, _generations[index]);
    }

    internal void Return(PortId id)
    {
        _generations[id.Index]++;
        _free.Enqueue(id.Index, id.Index);
    }
}
