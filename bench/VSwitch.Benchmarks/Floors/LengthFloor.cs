using VSwitch.Frames;

namespace VSwitch.Benchmarks.Floors;

/// <summary>Adds up the lengths of the frames of a burst, taken by their indexes: the least that the sending of each copy has to do.</summary>
internal sealed class LengthFloor(int burst)
{
    private readonly FrameMetadata[] _frames = new FrameMetadata[burst];
    private readonly int[] _which = [.. Enumerable.Range(0, burst)];

    internal long Octets { get; private set; }

    internal void Run()
    {
        FrameMetadata[] frames = _frames;
        long octets = 0;
        foreach (int i in _which)
        {
            octets += frames[i].Length;
        }

        Octets += octets;
    }
}
