using VSwitch.Captures.Replaying;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Captures.Pcap;

/// <summary>Frames of a replay go into a pipe.</summary>
internal sealed class PipeTarget(PipeDevice pipe, int mtu) : IReplayTarget
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly FrameBatch _batch = new();
    private readonly int[] _all = [.. Enumerable.Range(0, FrameBatch.DefaultCapacity)];
    private Task<bool>? _waiting; // one that was not answered in time goes on

    public string Name => pipe.Name;

    public int Mtu => mtu;

    public string? Ended => null;

    public int Send(ReadOnlyMemory<byte> memory, ReadOnlySpan<ReplayFrame> frames, out DropReason refusal)
    {
        int sent = 0;
        refusal = DropReason.None;
        while (sent < frames.Length)
        {
            _batch.Clear();
            foreach (ref readonly ReplayFrame frame in frames[sent..])
            {
                if (!_batch.TryAppend(memory.Span.Slice(frame.Offset, frame.Length)))
                {
                    break;
                }
            }

            if (_batch.Count == 0)
            {
                refusal = DropReason.Oversize; // longer than any frame
                return sent;
            }

            int taken = pipe.TrySend(_batch, _all.AsSpan(0, _batch.Count));
            sent += taken;
            if (taken < _batch.Count)
            {
                refusal = DropReason.EgressFull;
                return sent;
            }
        }

        return sent;
    }

    public void WaitForRoom(CancellationToken cancellationToken)
    {
        try
        {
            _waiting ??= pipe.WaitToSendAsync(cancellationToken).AsTask();
            if (_waiting.Wait(s_pause, CancellationToken.None))
            {
                _waiting = null;
            }
        }
        catch (AggregateException)
        {
            // Told to end, or closed: who asked looks.
        }
    }
}
