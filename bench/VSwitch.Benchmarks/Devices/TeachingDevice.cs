using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Benchmarks.Devices;

/// <summary>A device that costs next to nothing: it always has packets, from each of its addresses in turn, and takes everything.</summary>
internal sealed class TeachingDevice(int first, int devices, int addresses) : IPacketDevice
{
    private const int PacketsAReceive = 32;

    private readonly byte[] _packet = Packet(0, -1);
    private int _next;

    private readonly Channel<DeviceEvent> _events = Channel.CreateUnbounded<DeviceEvent>();

    public string Name => "memory";

    public LinkLayer LinkLayer => LinkLayer.Ip;

    public DeviceCapabilities Capabilities { get; } = new() { BatchSize = PacketsAReceive };

    public int Mtu => 1500;

    public SafeHandle? Handle => null;

    public ChannelReader<DeviceEvent> Events => _events.Reader;

    public int TryReceive(FrameBatch batch)
    {
        for (int i = 0; i < PacketsAReceive; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(_packet.AsSpan(12), Address((first + _next) % addresses));
            batch.TryAppend(_packet);
            _next = _next + devices < addresses ? _next + devices : 0;
        }

        return PacketsAReceive;
    }

    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) => new(true);

    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which) => which.Length;

    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) => new(true);

    /// <summary>An IPv4 packet of 60 octets; addresses count from 10.0.0.0, and -1 is somebody far away.</summary>
    internal static byte[] Packet(int source, int destination)
    {
        var packet = new byte[60];
        packet[0] = 0x45;
        packet[3] = 60;
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(12), Address(source));
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(16), Address(destination));
        return packet;
    }

    private static int Address(int number) => number < 0 ? unchecked((int)0xC000_0209) : 0x0A00_0000 + number;

    public ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
