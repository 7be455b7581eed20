using System.Numerics;

namespace VSwitch.Devices.Splitting;

/// <summary>Which frames of a burst each frontend gets. A burst has at most 64 frames: a frontend's are the bits of one word.</summary>
/// <remarks>Belongs to one thread. Unlike <see cref="EgressPlan"/> it gives one frame to any number of receivers.</remarks>
internal sealed class SplitPlan(int frontends)
{
    private readonly ulong[] _framesOf = new ulong[frontends + 1];
    private readonly int[] _used = new int[frontends];
    private readonly int[] _frames = new int[64];
    private int _usedCount;

    /// <summary>Frontends that get something.</summary>
    internal ReadOnlySpan<int> Frontends => _used.AsSpan(0, _usedCount);

    internal void Assign(int frame, int frontend)
    {
        ref ulong frames = ref _framesOf[frontend];
        if (frames == 0)
        {
            _used[_usedCount++] = frontend;
        }

        frames |= 1UL << frame;
    }

    /// <summary>The frames for one frontend, in order; valid until the next call.</summary>
    internal ReadOnlySpan<int> FramesFor(int frontend)
    {
        int count = 0;
        for (ulong frames = _framesOf[frontend]; frames != 0; frames &= frames - 1)
        {
            _frames[count++] = BitOperations.TrailingZeroCount(frames);
        }

        return _frames.AsSpan(0, count);
    }

    internal void Clear()
    {
        foreach (int frontend in Frontends)
        {
            _framesOf[frontend] = 0;
        }

        _usedCount = 0;
    }
}
