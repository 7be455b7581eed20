using VSwitch.Devices;
using VSwitch.Devices.Streaming;
using VSwitch.Frames;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>Two streams with a pipe between them, and the packet that each is at.</summary>
internal sealed class StreamLink
{
    private const int Writer = 0x70;

    private readonly PacketStream _in;
    private readonly PacketStream _out;
    private readonly byte[] _buffer = new byte[2048];
    private long _written;
    private long _read;

    internal StreamLink(FrameBatchPool pool, Random random)
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create(batch: random.Next(1, 65), capacityFrames: random.Next(1, 200));
        (_in, _out) = (new PacketStream(a, pool), new PacketStream(b, pool));
    }

    internal long Written => Volatile.Read(ref _written);

    internal long Read => Volatile.Read(ref _read);

    public override string ToString() => $"{Written} written, {Read} read";

    /// <summary>Writes the next packet; when it is cancelled, the same one again.</summary>
    internal async ValueTask<bool> WriteAsync(CancellationToken cancellationToken)
    {
        FrameBatch batch = StressSender.Batches.Rent(1);
        new StressMark(Writer, 0, _written + 1).AppendTo(batch, LinkLayer.Ethernet);
        byte[] packet = batch.Octets(0).ToArray();
        StressSender.Batches.Return(batch);
        await _in.WriteAsync(packet, cancellationToken);
        Interlocked.Increment(ref _written);
        return true;
    }

    /// <returns>False at the end.</returns>
    internal async ValueTask<bool> ReadAsync(StressCrew crew, CancellationToken cancellationToken)
    {
        int length = await _out.ReadAsync(_buffer, cancellationToken);
        if (length > 0)
        {
            if (!StressMark.TryRead(_buffer.AsSpan(0, length), out StressMark mark) || mark.Sequence != _read + 1)
            {
                crew.Complain($"a stream gives {mark} of {length} octets behind {_read}");
            }

            Volatile.Write(ref _read, mark.Sequence);
        }

        return length > 0;
    }

    /// <summary>From either end, or both.</summary>
    internal async Task CloseAsync(Random random)
    {
        PacketStream first = random.Next(2) == 0 ? _in : _out;
        await first.DisposeAsync();
        await (first == _in ? _out : _in).DisposeAsync();
    }
}
