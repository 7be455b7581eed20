using System.Runtime.InteropServices;
using VSwitch.Devices.Utun;

namespace VSwitch.Devices.Tests.Utun;

/// <summary>A utun without a macOS behind it: packets in two queues, errors when told to.</summary>
internal sealed class FakeUtunSocket : IUtunSocket
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _changed = new(0);
    private readonly Queue<byte[]> _incoming = new();
    private UtunResult _fault;
    private bool _isFull;
    private int _waits;

    public string Name { get; init; } = "utun7";

    public int Mtu { get; set; } = 1380;

    public SafeHandle? Handle => null;

    /// <summary>What was sent, family headers included.</summary>
    internal List<byte[]> Sent { get; } = [];

    internal bool KeepsSent { get; set; } = true;

    internal int Disposals { get; private set; }

    /// <summary>Waits that are under way; more than one at a time is against the contract.</summary>
    internal int Waits => Volatile.Read(ref _waits);

    /// <summary>Makes waiting fail.</summary>
    internal bool WaitFails { get; set; }

    /// <summary>What every call answers; <see cref="UtunResult.Done"/> for what it should.</summary>
    internal UtunResult Fault
    {
        get => _fault;
        set => Change(() => _fault = value);
    }

    internal bool IsFull
    {
        get => _isFull;
        set => Change(() => _isFull = value);
    }

    internal void Deliver(byte[] octets) => Change(() => _incoming.Enqueue(octets));

    public UtunResult Receive(Span<byte> octets, out int length)
    {
        lock (_gate)
        {
            length = 0;
            if (_fault != UtunResult.Done)
            {
                return _fault;
            }

            if (!_incoming.TryDequeue(out byte[]? packet))
            {
                return UtunResult.WouldBlock;
            }

            length = Math.Min(packet.Length, octets.Length);
            packet.AsSpan(0, length).CopyTo(octets);
            return UtunResult.Done;
        }
    }

    public UtunResult Send(ReadOnlySpan<byte> octets)
    {
        lock (_gate)
        {
            if (_fault != UtunResult.Done || _isFull)
            {
                return _isFull ? UtunResult.WouldBlock : _fault;
            }

            if (KeepsSent)
            {
                Sent.Add(octets.ToArray());
            }

            return UtunResult.Done;
        }
    }

    public UtunEvents Wait(UtunEvents wanted)
    {
        Assert.Equal(1, Interlocked.Increment(ref _waits));
        try
        {
            if (WaitFails)
            {
                throw new UtunException(Name, "poll", 9);
            }

            if ((Ready() & wanted) == UtunEvents.None)
            {
                _changed.Wait();
            }

            return Ready() & wanted;
        }
        finally
        {
            Interlocked.Decrement(ref _waits);
        }
    }

    public void Wake() => _changed.Release();

    public void Dispose()
    {
        Assert.Equal(0, Waits);
        Disposals++;
    }

    private UtunEvents Ready()
    {
        lock (_gate)
        {
            return _fault == UtunResult.Gone
                ? UtunEvents.Receive | UtunEvents.Send
                : (_incoming.Count > 0 ? UtunEvents.Receive : UtunEvents.None) | (_isFull ? UtunEvents.None : UtunEvents.Send);
        }
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
        }

        _changed.Release();
    }
}
