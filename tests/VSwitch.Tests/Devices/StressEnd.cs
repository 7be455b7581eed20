using VSwitch.Devices;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

/// <summary>A pipe with one end in what is tested, sometimes behind wrappers; frames are numbered upwards over all ends.</summary>
internal sealed class StressEnd
{
    private static int s_lastNumber;

    private readonly PipeDevice _outside;
    private readonly PipeDevice _insidePipe;
    private readonly FrameBatch _batch = new(64);
    private int _lastReceived;

    internal StressEnd(int number, Random random)
    {
        (_outside, _insidePipe) = DevicePipe.Create(batch: random.Next(1, 64), name: $"end{number}");
        Inside = random.Next(3) switch
        {
            0 => Wrapper = new DetachedDevice(_insidePipe),
            1 => new CallbackDevice(_insidePipe) { OnReceive = (_, _) => { } },
            _ => _insidePipe,
        };
    }

    internal IPacketDevice Inside { get; }

    internal int Received { get; private set; }

    internal int OutOfOrder { get; private set; }

    /// <summary>What was given away is closed: the pipe, or the wrapper around it.</summary>
    internal bool IsInsideClosed => Inside.WaitToSendAsync(new CancellationToken(canceled: true)).AsTask() is { IsCompletedSuccessfully: true, Result: false };

    private DetachedDevice? Wrapper { get; }

    internal void Send(int frames)
    {
        try
        {
            _outside.TrySend(BatchOf([.. Enumerable.Range(0, frames).Select(_ => Numbered(Interlocked.Increment(ref s_lastNumber)))]), [.. Enumerable.Range(0, frames)]);
        }
        catch (ObjectDisposedException)
        {
            // Swapped away.
        }
    }

    internal void Receive()
    {
        try
        {
            _batch.Clear();
            _outside.TryReceive(_batch);
        }
        catch (ObjectDisposedException)
        {
            // Swapped away.
        }

        foreach (byte[] frame in _batch.Frames())
        {
            // Numbers rise over the whole test: one that falls came late, by a way that it should not have gone.
            OutOfOrder += NumberOf(frame) > _lastReceived ? 0 : 1;
            _lastReceived = NumberOf(frame);
            Received++;
        }
    }

    internal void Disturb(Random random)
    {
        try
        {
            switch (random.Next(4))
            {
                case 0:
                    Wrapper?.Down();
                    break;
                case 1:
                    Wrapper?.Up();
                    break;
                case 2:
                    _ = _outside.DisposeAsync().AsTask();
                    break;
                default:
                    _ = Inside.DisposeAsync().AsTask();
                    break;
            }
        }
        catch (DeviceClosedException)
        {
            // Swapped away.
        }
    }
}
