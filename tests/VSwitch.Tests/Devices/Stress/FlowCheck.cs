using VSwitch.Frames;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>Looks at what one receiver gets: whole frames, each once, those of one sender in their order.</summary>
internal sealed class FlowCheck(StressCrew crew, string receiver)
{
    private readonly Dictionary<int, long> _last = [];
    private long _frames;

    internal long Frames => Volatile.Read(ref _frames);

    /// <summary>The number of the last frame that a sender's are known by; 0 for none.</summary>
    internal long LastOf(int sender)
    {
        lock (_last)
        {
            return _last.GetValueOrDefault(sender);
        }
    }

    /// <param name="batch">What came.</param>
    /// <param name="isMeant">Whether a frame may come here.</param>
    internal void Take(FrameBatch batch, Func<StressMark, bool> isMeant)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (!StressMark.TryRead(batch.Octets(i), out StressMark mark))
            {
                crew.Complain($"{receiver}: a frame of {batch[i].Length} octets is not whole: {mark}");
                continue;
            }

            if (!isMeant(mark))
            {
                crew.Complain($"{receiver}: not meant for it: {mark}");
            }

            lock (_last)
            {
                if (mark.Sequence <= _last.GetValueOrDefault(mark.From))
                {
                    crew.Complain($"{receiver}: twice, or too late: {mark}, after {_last[mark.From]}");
                }

                _last[mark.From] = mark.Sequence;
            }
        }

        Interlocked.Add(ref _frames, batch.Count);
    }
}
