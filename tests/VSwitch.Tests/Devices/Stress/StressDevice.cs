using VSwitch.Devices;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>A device for what is under stress, in wrappers or not, and the station at its far end.</summary>
internal sealed class StressDevice
{
    private static int s_lastStation = 0x100; // those below are nobody's

    private readonly Lock _hearing = new();
    private readonly PipeDevice _near;
    private readonly PipeDevice _far;
    private readonly DetachedDevice[] _wrappers;
    private readonly StressSender _sender;
    private long _received;
    private long _sent;

    internal StressDevice(StressCrew crew, Random random, LinkLayer linkLayer)
    {
        Station = Interlocked.Increment(ref s_lastStation);
        (_near, _far) = DevicePipe.Create(batch: random.Next(1, 65), capacityFrames: random.Next(1, 200), linkLayer: linkLayer, name: $"station{Station}");
        var counted = new CallbackDevice(_near)
        {
            OnReceive = (frames, _) => Interlocked.Add(ref _received, frames),
            OnSend = (frames, _) => Interlocked.Add(ref _sent, frames),
        };
        _wrappers = new DetachedDevice[random.Next(3)];
        Inside = counted;
        for (int i = 0; i < _wrappers.Length; i++)
        {
            Inside = _wrappers[i] = new DetachedDevice(Inside);
        }

        _sender = new StressSender(Station, linkLayer);
        Check = new FlowCheck(crew, $"station {Station}");
    }

    /// <summary>Its number; of all that there ever were.</summary>
    internal int Station { get; }

    /// <summary>What is given away.</summary>
    internal IPacketDevice Inside { get; }

    internal FlowCheck Check { get; }

    /// <summary>It was closed behind the back of whoever has it.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>Frames that were received from the device by whoever has it.</summary>
    internal long ReceivedInside => Volatile.Read(ref _received);

    /// <summary>Frames that the device took from whoever has it.</summary>
    internal long SentInside => Volatile.Read(ref _sent);

    /// <summary>Frames that the station has sent.</summary>
    internal long Said => _sender.Taken;

    internal bool IsInsideClosed => Inside.WaitToSendAsync(new CancellationToken(canceled: true)).AsTask() is { IsCompletedSuccessfully: true, Result: false };

    internal void Say(Random random, Func<int> chooseTarget) => _sender.Burst(_far, random, chooseTarget);

    /// <summary>Says one thing, however long it takes until there is room.</summary>
    /// <returns>The number of the frame.</returns>
    internal long Say(StressCrew crew, int target)
    {
        long sequence = 0;
        crew.Until($"station {Station} can send", () => (sequence = _sender.One(_far, target)) != 0);
        return sequence;
    }

    internal void Hear(Func<StressMark, bool> isMeant)
    {
        lock (_hearing)
        {
            FrameBatch heard = StressSender.Batches.Rent(FrameBatch.DefaultCapacity);
            try
            {
                do
                {
                    heard.Clear();
                    _far.TryReceive(heard);
                    Check.Take(heard, isMeant);
                }
                while (heard.Count > 0);
            }
            catch (ObjectDisposedException)
            {
                // Closed from the other side.
            }
            finally
            {
                StressSender.Batches.Return(heard);
            }
        }
    }

    /// <summary>Takes a wrapper down or brings it up, or says that the link is.</summary>
    internal void Disturb(Random random)
    {
        int which = random.Next(_wrappers.Length + 1);
        bool up = random.Next(2) == 0;
        if (which == _wrappers.Length)
        {
            _near.SetLink(up);
            return;
        }

        try
        {
            if (up)
            {
                _wrappers[which].Up();
            }
            else
            {
                _wrappers[which].Down();
            }
        }
        catch (DeviceClosedException)
        {
            // By whoever has it.
        }
    }

    /// <summary>Everything is up again.</summary>
    internal void Up()
    {
        _near.SetLink(true);
        foreach (DetachedDevice wrapper in _wrappers.Where(w => !w.IsUp))
        {
            try
            {
                wrapper.Up();
            }
            catch (DeviceClosedException)
            {
            }
        }
    }

    /// <summary>Closes the device, or one of the wrappers: behind the back of whoever has it.</summary>
    internal ValueTask Break(Random random)
    {
        IsBroken = true;
        return random.Next(_wrappers.Length + 1) is var which && which < _wrappers.Length ? _wrappers[which].DisposeAsync() : _far.DisposeAsync();
    }

    /// <summary>Closes all there is, once nobody has it any more.</summary>
    internal void Scrap()
    {
        foreach (DetachedDevice wrapper in _wrappers)
        {
            _ = wrapper.DisposeAsync().AsTask(); // closes at once
        }

        _ = _far.DisposeAsync().AsTask();
    }
}
