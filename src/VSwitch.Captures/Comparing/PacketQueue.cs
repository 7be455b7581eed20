namespace VSwitch.Captures.Comparing;

/// <summary>Packets of one side of a flow that wait, in their order.</summary>
internal sealed class PacketQueue
{
    private readonly List<ComparedPacket> _packets = [];
    private int _front;

    internal int Count => _packets.Count - _front;

    internal ComparedPacket this[int index] => _packets[_front + index];

    internal void Add(ComparedPacket packet) => _packets.Add(packet);

    internal void Take(int count)
    {
        _front += count;
        if (_front == _packets.Count)
        {
            _packets.Clear();
            _front = 0;
        }
        else if (_front > _packets.Count / 2)
        {
            _packets.RemoveRange(0, _front);
            _front = 0;
        }
    }

    internal UInt128[] Digests(int count)
    {
        UInt128[] digests = new UInt128[count];
        for (int i = 0; i < count; i++)
        {
            digests[i] = this[i].Digest;
        }

        return digests;
    }
}
