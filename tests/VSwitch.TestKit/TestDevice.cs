using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.TestKit;

/// <summary>A device of somebody else's make: a pipe in memory that has any link layer, fails when told to, and takes short batches.</summary>
public sealed class TestDevice : IPacketDevice
{
    private readonly PipeDevice _inside;
    private readonly Channel<DeviceEvent> _events = Channel.CreateUnbounded<DeviceEvent>();
    private int _mtu;

    public TestDevice(string name, LinkLayer linkLayer = LinkLayer.Ip, DeviceCapabilities? capabilities = null, int mtu = 1500, int capacityOctets = 1 << 20)
    {
        (_inside, PipeDevice outside) = PipeDevice.CreatePair(name, capacityOctets: capacityOctets);
        Far = new Station(outside);
        LinkLayer = linkLayer;
        Capabilities = capabilities ?? new DeviceCapabilities();
        _mtu = mtu;
    }

    /// <summary>Who is at the other end.</summary>
    public Station Far { get; }

    public string Name => _inside.Name;

    public LinkLayer LinkLayer { get; }

    public DeviceCapabilities Capabilities { get; }

    public int Mtu
    {
        get => _mtu;
        set
        {
            _mtu = value;
            Say(DeviceEvent.MtuChanged);
        }
    }

    public SafeHandle? Handle => null;

    public ChannelReader<DeviceEvent> Events => _events.Reader;

    public bool IsClosed { get; private set; }

    /// <summary>What the next receives throw, one each.</summary>
    public Queue<Exception> ReceiveErrors { get; } = new();

    /// <summary>What every send throws, while it is not null.</summary>
    public Exception? SendError { get; set; }

    /// <summary>Frames that one send takes at most.</summary>
    public int MaxFramesASend { get; set; } = int.MaxValue;

    /// <summary>How often somebody has sent.</summary>
    public int Sends { get; private set; }

    /// <summary>Runs in each send, before anything else.</summary>
    public Action? OnSend { get; set; }

    public void Say(DeviceEvent change) => _events.Writer.TryWrite(change);

    public int TryReceive(FrameBatch batch) => ReceiveErrors.TryDequeue(out Exception? error) ? throw error : _inside.TryReceive(batch);

    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) => _inside.WaitToReceiveAsync(cancellationToken);

    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        Sends++;
        OnSend?.Invoke();
        if (SendError is { } error)
        {
            throw error;
        }

        int taken = _inside.TrySend(batch, which[..Math.Min(which.Length, MaxFramesASend)]);
        if (taken < which.Length)
        {
            batch.Refusal = DropReason.EgressFull;
        }

        return taken;
    }

    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) => _inside.WaitToSendAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        IsClosed = true;
        _events.Writer.TryComplete();
        await _inside.DisposeAsync();
    }
}
