using VSwitch.Devices.Tap;
using VSwitch.Frames;

namespace VSwitch.Devices.Tests;

/// <summary>Sends and receives on a device without pause, until the device or the test ends.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private long _sent;
    private int _refusal;

    internal Load(L2Dev device) => _run = Task.Run(() => Run(device));

    internal DropReason LastRefusal => (DropReason)Volatile.Read(ref _refusal);

    /// <summary>Waits until frames go.</summary>
    internal async Task Runs()
    {
        long before = Volatile.Read(ref _sent);
        await Bounded.Until(() => Volatile.Read(ref _sent) > before + 100, "frames go");
    }

    internal Task Refused(DropReason reason) => Bounded.Until(() => LastRefusal == reason, $"frames are refused: {reason}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private void Run(L2Dev device)
    {
        FrameBatch outgoing = new(32);
        while (outgoing.TryAppend(TestFrames.Numbered(1)))
        {
        }

        int[] which = [.. Enumerable.Range(0, outgoing.Count)];
        FrameBatch incoming = new();
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                int sent = device.TrySend(outgoing, which);
                Volatile.Write(ref _refusal, (int)(sent < which.Length ? outgoing.Refusal : DropReason.None));
                Interlocked.Add(ref _sent, sent);
                incoming.Clear();
                _ = device.TryReceive(incoming);
            }
        }
        catch (ObjectDisposedException)
        {
            // The device is gone.
        }
    }
}
