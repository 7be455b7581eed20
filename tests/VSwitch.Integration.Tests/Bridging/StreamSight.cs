using System.Buffers.Binary;
using VSwitch.Wire;

namespace VSwitch.Integration.Tests.Bridging;

/// <summary>Puts the stream of a <see cref="TcpFlow"/> together from frames that somebody saw, however they overlap, and compares it.</summary>
/// <param name="from">The sender; it has one connection that it sends data by.</param>
internal sealed class StreamSight(LabStation from)
{
    private const byte Syn = 2;
    private const byte Tcp = 6;

    private readonly Dictionary<uint, int> _segments = []; // by where they begin in the stream: how long
    private readonly uint _from = BinaryPrimitives.ReadUInt32BigEndian(from.IPv4.GetAddressBytes());
    private uint? _first; // the sequence number of the first octet
    private int _port;

    /// <summary>Super-frames among them.</summary>
    internal int SuperFrames { get; private set; }

    /// <summary>Looks at a frame without tags.</summary>
    internal void See(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> ip = frame[EthernetHeader.Length..];
        if (!EthernetHeader.TryRead(frame, out EthernetHeader header) || header.EtherType != EtherType.IPv4
            || ip[9] != Tcp || BinaryPrimitives.ReadUInt32BigEndian(ip[12..]) != _from)
        {
            return;
        }

        ReadOnlySpan<byte> segment = ip[..BinaryPrimitives.ReadUInt16BigEndian(ip[2..])][((ip[0] & 0xF) << 2)..];
        int port = BinaryPrimitives.ReadUInt16BigEndian(segment);
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(segment[4..]);
        ReadOnlySpan<byte> payload = segment[(segment[12] >> 4 << 2)..];
        if (segment[13] == Syn)
        {
            (_first, _port) = (sequence + 1, port); // who begins the connection sends
        }
        else if (port == _port && _first is { } first && payload.Length > 0)
        {
            Note(sequence - first, payload);
        }
    }

    /// <summary>So many octets, from the first on, without a gap.</summary>
    internal long Length
    {
        get
        {
            long length = 0;
            foreach ((uint at, int octets) in _segments.OrderBy(s => s.Key).TakeWhile(s => s.Key <= length))
            {
                length = Math.Max(length, at + octets);
            }

            return length;
        }
    }

    private void Note(uint at, ReadOnlySpan<byte> payload)
    {
        SuperFrames += payload.Length > 1500 ? 1 : 0;
        _segments[at] = Math.Max(_segments.GetValueOrDefault(at), payload.Length);
        for (int i = 0; i < payload.Length;)
        {
            ReadOnlySpan<byte> expected = TcpFlow.Pattern[(int)((at + i) % TcpFlow.Pattern.Length)..];
            int same = Math.Min(payload.Length - i, expected.Length);
            Assert.True(payload.Slice(i, same).SequenceEqual(expected[..same]), $"the stream that was seen differs behind octet {at + i}");
            i += same;
        }
    }
}
