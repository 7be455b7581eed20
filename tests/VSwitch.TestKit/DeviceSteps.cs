using System.Buffers.Binary;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.TestKit;

/// <summary>Single steps with a device, each bounded in time, for tests that don't care for batches.</summary>
public static class DeviceSteps
{
    /// <summary>Long enough for any machine: whoever runs into it hangs.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>A frame that carries a number, and is as long as asked for.</summary>
    public static byte[] Numbered(int number, int length = 60)
    {
        byte[] frame = new byte[length];
        frame.AsSpan().Fill((byte)number);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(14), number);
        return frame;
    }

    public static int NumberOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32BigEndian(frame[14..]);

    public static FrameBatch BatchOf(params IEnumerable<byte[]> frames)
    {
        var all = frames.ToList();
        var batch = new FrameBatch(Math.Max(1, all.Count));
        all.ForEach(f => batch.TryAppend(f));
        return batch;
    }

    public static List<byte[]> Frames(this FrameBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return [.. Enumerable.Range(0, batch.Count).Select(i => batch.Octets(i).ToArray())];
    }

    /// <summary>One call of TrySend.</summary>
    public static int TrySend(this IPacketDevice device, params IEnumerable<byte[]> frames)
    {
        ArgumentNullException.ThrowIfNull(device);
        FrameBatch batch = BatchOf(frames);
        return device.TrySend(batch, [.. Enumerable.Range(0, batch.Count)]);
    }

    /// <summary>One call of TryReceive.</summary>
    public static List<byte[]> TryReceive(this IPacketDevice device, int places = 64)
    {
        ArgumentNullException.ThrowIfNull(device);
        var batch = new FrameBatch(places);
        device.TryReceive(batch);
        return batch.Frames();
    }

    /// <summary>Receives until there are so many frames.</summary>
    public static async Task<List<byte[]>> ReceiveAsync(this IPacketDevice device, int count)
    {
        ArgumentNullException.ThrowIfNull(device);
        var frames = new List<byte[]>();
        while (frames.Count < count)
        {
            List<byte[]> some = device.TryReceive(count - frames.Count);
            frames.AddRange(some);
            if (some.Count == 0 && !await device.WaitToReceiveAsync().Within())
            {
                throw new InvalidOperationException($"closed after {frames.Count} of {count} frames");
            }
        }

        return frames;
    }

    public static Task<T> Within<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Bound);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Bound);

    public static Task Within(this Task task) => task.WaitAsync(Bound);

    public static Task Within(this ValueTask task) => task.AsTask().WaitAsync(Bound);

    /// <summary>Waits for a condition, with a bound.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using var bound = new CancellationTokenSource(Bound);
        while (!condition())
        {
            if (bound.IsCancellationRequested)
            {
                throw new TimeoutException($"never: {what}");
            }

            await Task.Yield();
        }
    }
}
