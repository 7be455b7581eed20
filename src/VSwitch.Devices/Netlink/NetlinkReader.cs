using System.Runtime.InteropServices;

namespace VSwitch.Devices.Netlink;

/// <summary>Walks the messages of one netlink datagram; a length that lies ends the walk.</summary>
internal ref struct NetlinkReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;

    internal RtMessage Type { get; private set; }

    internal uint Sequence { get; private set; }

    /// <summary>What follows the header.</summary>
    internal ReadOnlySpan<byte> Payload { get; private set; }

    internal bool MoveNext()
    {
        if (_rest.Length < NetlinkWriter.HeaderLength)
        {
            return false;
        }

        uint length = MemoryMarshal.Read<uint>(_rest);
        if (length < NetlinkWriter.HeaderLength || length > (uint)_rest.Length)
        {
            return false;
        }

        Type = (RtMessage)MemoryMarshal.Read<ushort>(_rest[4..]);
        Sequence = MemoryMarshal.Read<uint>(_rest[8..]);
        Payload = _rest[NetlinkWriter.HeaderLength..(int)length];
        _rest = _rest[Math.Min(((int)length + 3) & ~3, _rest.Length)..];
        return true;
    }
}
