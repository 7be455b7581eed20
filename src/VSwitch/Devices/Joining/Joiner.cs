using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Frames;

namespace VSwitch.Devices.Joining;

/// <summary>Combines nested devices into one: what any of them receives comes out as one stream, what is sent goes to the device that owns the destination.</summary>
/// <remarks>
/// <para>
/// Owners are learned from the sources of that stream. A packet whose destination is unknown, malformed or a group goes to the default device; without one it is
/// dropped and counted (<see cref="DropReason.NoRoute"/>). What is attached is owned: detaching a device closes it, closing the joiner closes all.
/// </para>
/// <para>
/// Devices come and go, from any thread, while packets flow. No lock is held while a nested device is called. Receiving is for one thread at a time.
/// </para>
/// </remarks>
public sealed partial class Joiner : IPacketDevice
{
    private readonly JoinerOptions _options;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly AddressBook _addresses;
    private readonly FanIn _fanIn = new();
    private readonly SendContextPool _contexts;
    private readonly WaitSource _receivers = new();
    private readonly Lock _readying = new();
    private readonly Channel<DeviceEvent> _events = Channel.CreateBounded<DeviceEvent>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });
    private List<NestedDevice> _ready = [];     // marked since the last receive; under _readying
    private List<NestedDevice> _admitted = [];  // the other list, empty but while a receive goes through it
    private JoinerModel _model;
    private NestedDevice? _congested;
    private uint _aged;

    /// <summary>Makes a joiner with nothing attached.</summary>
    /// <param name="options">Kind and sizes; null for the defaults.</param>
    /// <param name="time">The only clock that the joiner knows; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size makes no sense.</exception>
    public Joiner(JoinerOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? new JoinerOptions();
        ArgumentException.ThrowIfNullOrWhiteSpace(_options.Name, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BatchSize, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.EmptyMtu, 1, nameof(options));
        _time = time ?? TimeProvider.System;
        _start = _time.GetTimestamp();
        _addresses = AddressBook.Create(_options);
        _contexts = new SendContextPool(_options.BatchSize);
        _model = new JoinerModel([], null, _options);
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public LinkLayer LinkLayer => _options.LinkLayer;

    /// <summary>What fits all nested devices: their greatest headrooms, which follow what is attached; the batch is constant.</summary>
    public DeviceCapabilities Capabilities => Model.Capabilities;

    /// <summary>The smallest of the nested devices'; follows what is attached.</summary>
    public int Mtu => Model.Mtu;

    /// <summary>Always null: there is no descriptor.</summary>
    public SafeHandle? Handle => null;

    /// <summary>Up with the first nested device that is up, Down with the last; MtuChanged when <see cref="Mtu"/> changes.</summary>
    public ChannelReader<DeviceEvent> Events => _events.Reader;

    /// <summary>Some nested device is up, as far as their events have said.</summary>
    public bool IsUp => Model.IsUp;

    /// <summary>
    /// Received: from nested devices. Sent: taken by nested devices. Drops: of packets that were sent to the joiner; what <see cref="TrySend"/> took, copies that segmentation
    /// made (Replicated) included, is sent or dropped. Devices that were detached count on.
    /// </summary>
    public TrafficCounters Counters { get; } = new();

    /// <summary>Addresses that are known now, silent ones that no sweep has met yet included.</summary>
    public int LearnedAddresses => _addresses.Count;

    /// <summary>How often an address was heard from another device than before.</summary>
    public long Moves => _addresses.Moves;

    /// <summary>Packets whose source was not learned because there was no room.</summary>
    public long NotLearned => _addresses.NotLearned;

    private JoinerModel Model
    {
        get => Volatile.Read(ref _model);
        set => Volatile.Write(ref _model, value);
    }

    private uint Now => (uint)((_time.GetTimestamp() - _start) / _time.TimestampFrequency);

    /// <inheritdoc/>
    /// <exception cref="JoinerClosedException">The joiner is closed.</exception>
    /// <exception cref="BatchTooSmallException">There is something, and the batch has too few places for it; nothing is lost.</exception>
    public int TryReceive(FrameBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ThrowIfClosed();
        AdmitReady();
        int before = batch.Count;
        if (!_fanIn.HasReady || batch.Free == 0)
        {
            return 0;
        }

        long timestamp = _time.GetTimestamp();
        uint now = (uint)((timestamp - _start) / _time.TimestampFrequency);
        _fanIn.Receive(batch, timestamp);
        int received = batch.Count - before;
        if (received > 0)
        {
            _addresses.Learn(batch, before, now);
        }
        else if (_fanIn.HasReady && batch.Free < _options.BatchSize)
        {
            throw new BatchTooSmallException(_options.BatchSize);
        }

        if (now != _aged)
        {
            _aged = now;
            _addresses.Age(now);
        }

        return received;
    }

    /// <summary>Waits until a nested device may have something; a receive may find that it has nothing after all.</summary>
    /// <returns>False when the joiner is closed for good.</returns>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default)
    {
        if (_fanIn.HasReady && !IsClosed)
        {
            return new(true);
        }

        lock (_readying)
        {
            return IsClosed ? new(false) : _ready.Count > 0 ? new(true) : _receivers.Wait(cancellationToken);
        }
    }

    /// <summary>Sends packets, each to the device that owns its destination; never blocks.</summary>
    /// <param name="batch">Where the packets are.</param>
    /// <param name="which">Their indexes, in the order to send.</param>
    /// <returns>
    /// When all go to one device: how many it took, as from the device itself. When they go to several: all; what one of them refuses is dropped and counted.
    /// </returns>
    /// <exception cref="JoinerClosedException">The joiner is closed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A packet has less than <see cref="DeviceCapabilities.SendHeadroom"/> octets in front of it; none is sent.</exception>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ThrowIfClosed();
        JoinerModel model = Model;
        CheckHeadroom(batch, which, model.Capabilities.SendHeadroom);
        uint now = Now;
        SendContext context = _contexts.Rent();
        int taken = 0;
        while (taken < which.Length)
        {
            ReadOnlySpan<int> burst = which.Slice(taken, Math.Min(_options.BatchSize, which.Length - taken));
            int more = Send(batch, burst, model, context, now);
            taken += more;
            if (more < burst.Length)
            {
                break;
            }
        }

        _contexts.Return(context);
        return taken;
    }

    /// <summary>Waits until the nested device that refused last can take something.</summary>
    /// <returns>False when the joiner is closed for good.</returns>
    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default)
    {
        if (IsClosed)
        {
            return new(false);
        }

        return Volatile.Read(ref _congested) is { IsDetached: false } congested ? WaitForAsync(congested, cancellationToken) : new(true);
    }

    /// <summary>Says that a nested device has something; any thread.</summary>
    internal void MarkReady(NestedDevice device)
    {
        lock (_readying)
        {
            _ready.Add(device);
        }

        _receivers.Signal(true);
    }

    private static void CheckHeadroom(FrameBatch batch, ReadOnlySpan<int> which, int headroom)
    {
        if (headroom == 0)
        {
            return;
        }

        foreach (int i in which)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(batch[i].Offset, headroom, nameof(batch));
        }
    }

    private void AdmitReady()
    {
        if (Volatile.Read(ref _ready).Count == 0)
        {
            return; // what is added this moment signals, or is seen by the wait
        }

        lock (_readying)
        {
            (_ready, _admitted) = (_admitted, _ready);
        }

        foreach (NestedDevice device in _admitted)
        {
            if (!device.IsDetached)
            {
                _fanIn.MarkReady(device);
            }
        }

        _admitted.Clear();
    }

    private int Send(FrameBatch batch, ReadOnlySpan<int> burst, JoinerModel model, SendContext context, uint now)
    {
        ValidateOffloads(batch, burst);
        _addresses.Find(batch, burst, context.Owners, now);
        int first = model.Route(context.Owners[0]);
        int differing = 0;
        for (int i = 0; i < burst.Length; i++)
        {
            int target = model.Route(context.Owners[i]);
            context.Targets[i] = target;
            differing |= target ^ first;
        }

        if (differing != 0)
        {
            SendToSeveral(batch, burst, model, context);
            return burst.Length;
        }

        return first == JoinerModel.Nowhere ? DropAll(burst) : Offer(batch, burst, model.At(first), context);
    }

    private int Offer(FrameBatch batch, ReadOnlySpan<int> burst, NestedDevice to, SendContext context)
    {
        int taken = context.FanOut.Offer(batch, burst, to);
        if (taken < burst.Length)
        {
            Volatile.Write(ref _congested, to);
        }

        return taken;
    }

    private int DropAll(ReadOnlySpan<int> burst)
    {
        Counters.Drop(DropReason.NoRoute, burst.Length);
        return burst.Length;
    }

    private void SendToSeveral(FrameBatch batch, ReadOnlySpan<int> burst, JoinerModel model, SendContext context)
    {
        EgressPlan plan = context.Plan;
        plan.Clear();
        for (int i = 0; i < burst.Length; i++)
        {
            if (context.Targets[i] != JoinerModel.Nowhere)
            {
                plan.Assign(i, context.Targets[i]);
            }
            else
            {
                Counters.Drop(DropReason.NoRoute);
            }
        }

        foreach (int port in plan.Ports())
        {
            ReadOnlySpan<int> places = plan.FramesFor(port);
            for (int i = 0; i < places.Length; i++)
            {
                context.Frames[i] = burst[places[i]];
            }

            context.FanOut.Send(batch, context.Frames.AsSpan(0, places.Length), model.At(port));
        }
    }

    /// <summary>What comes from outside is checked before anything is cut or finished by it; a description that lies is taken off the packet.</summary>
    private void ValidateOffloads(FrameBatch batch, ReadOnlySpan<int> burst)
    {
        foreach (int i in burst)
        {
            ref FrameMetadata frame = ref batch[i];
            if (!frame.Offload.IsZero)
            {
                OffloadInfo offload = frame.Offload;
                frame.Offload = offload.TryValidate(batch.Octets(i), LinkLayer) ? offload : default;
            }
        }
    }
}
