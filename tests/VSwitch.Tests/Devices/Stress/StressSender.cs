using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>Whoever sends: numbers its frames, and counts what was taken.</summary>
internal sealed class StressSender(int station, LinkLayer linkLayer)
{
    private const int MaxBurst = 32;

    private static readonly int[] s_which = [.. Enumerable.Range(0, MaxBurst)];

    private readonly Lock _sending = new();
    private long _sequence;
    private long _taken;

    /// <summary>For whoever there are thousands of.</summary>
    internal static FrameBatchPool Batches { get; } = new();

    internal long Taken => Volatile.Read(ref _taken);

    /// <summary>Sends a burst.</summary>
    /// <param name="device">By which device.</param>
    /// <param name="random">How many.</param>
    /// <param name="chooseTarget">For whom each is.</param>
    /// <returns>All were taken; false when the device is full, and true, too, when it is closed or down.</returns>
    internal bool Burst(IPacketDevice device, Random random, Func<int> chooseTarget)
    {
        int count = random.Next(1, MaxBurst + 1);
        return Send(device, count, chooseTarget) is var taken && (taken < 0 || taken == count);
    }

    /// <summary>Sends one frame, and says its number; 0 when it was not taken.</summary>
    internal long One(IPacketDevice device, int target)
    {
        lock (_sending)
        {
            return Send(device, 1, () => target) == 1 ? _sequence : 0;
        }
    }

    private int Send(IPacketDevice device, int count, Func<int> chooseTarget)
    {
        lock (_sending)
        {
            FrameBatch batch = Batches.Rent(MaxBurst);
            for (int i = 0; i < count; i++)
            {
                new StressMark(station, chooseTarget(), ++_sequence).AppendTo(batch, linkLayer);
            }

            try
            {
                int taken = device.TrySend(batch, s_which.AsSpan(0, count));
                Interlocked.Add(ref _taken, taken);
                return taken;
            }
            catch (ObjectDisposedException)
            {
                return -1;
            }
            finally
            {
                Batches.Return(batch);
            }
        }
    }
}
