using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace VSwitch.Devices.Tests;

/// <summary>The guest's end of a TAP: sends and receives whole frames on an interface inside a namespace (AF_PACKET).</summary>
internal sealed class PacketSocket : IDisposable
{
    private const int AllProtocols = 0x0003; // ETH_P_ALL

    private readonly Socket _socket;

    internal PacketSocket(TestNamespace ns, string interfaceName)
    {
        int index = ns.Link(interfaceName).Index;
        _socket = ns.Run(() => new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)BinaryPrimitives.ReverseEndianness((ushort)AllProtocols)));
        _socket.Bind(new LinkEndPoint(index));
        _socket.ReceiveTimeout = (int)Bounded.Limit.TotalMilliseconds;
        _socket.ReceiveBufferSize = 4 << 20;
    }

    internal void Send(ReadOnlySpan<byte> frame) => _socket.Send(frame);

    /// <summary>The next frame that <paramref name="isMine"/> knows, the kernel's own chatter skipped.</summary>
    internal byte[] Receive(Predicate<byte[]> isMine)
    {
        byte[] buffer = new byte[128 * 1024];
        while (true)
        {
            byte[] frame = buffer[.._socket.Receive(buffer)];
            if (isMine(frame))
            {
                return frame;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>struct sockaddr_ll: family 2 | protocol 2 | index 4 | type, address.</summary>
    private sealed class LinkEndPoint(int index) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            SocketAddress address = new(AddressFamily.Packet, 20);
            BinaryPrimitives.WriteUInt16BigEndian(address.Buffer.Span[2..], AllProtocols);
            BinaryPrimitives.WriteInt32LittleEndian(address.Buffer.Span[4..], index);
            return address;
        }
    }
}
