using VSwitch.Frames;

namespace VSwitch.Devices.Tests;

/// <summary>Two devices cabled together: what comes out of one goes into the other.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private long _octets;
    private int _longest;

    internal Relay(IPacketDevice a, IPacketDevice b) => _run = Task.WhenAll(Task.Run(() => Pump(a, b)), Task.Run(() => Pump(b, a)));

    internal long Octets => Volatile.Read(ref _octets);

    internal int LongestFrame => Volatile.Read(ref _longest);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task Pump(IPacketDevice from, IPacketDevice to)
    {
        FrameBatch batch = new();
        int[] all = [.. Enumerable.Range(0, batch.Capacity)];
        try
        {
            while (await from.WaitToReceiveAsync(_stop.Token))
            {
                batch.Clear();
                int count = from.TryReceive(batch);
                for (int i = 0; i < count; i++)
                {
                    Interlocked.Add(ref _octets, batch[i].Length);
                    _longest = Math.Max(_longest, batch[i].Length);
                }

                for (int i = 0; i < count; i++)
                {
                    i += to.TrySend(batch, all.AsSpan(i, count - i));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        catch (ObjectDisposedException)
        {
            // Closed under us.
        }
    }
}
