namespace VSwitch.Benchmarks.Floors;

/// <summary>Copies packets into a ring and out of it, in bursts, and does nothing else: what a queue that keeps its own copy has to do.</summary>
internal sealed class CopyFloor
{
    private const int Stride = 64; // packets begin on cache lines

    private readonly int _octets;
    private readonly int _burst;
    private readonly byte[] _from;
    private readonly byte[] _ring;
    private readonly byte[] _to;

    internal CopyFloor(int octets, int burst)
    {
        (_octets, _burst) = (octets, burst);
        int room = (octets + Stride - 1) / Stride * Stride * burst;
        (_from, _ring, _to) = (new byte[room], new byte[room], new byte[room]);
    }

    internal void Run()
    {
        Copy(_from, _ring);
        Copy(_ring, _to);
    }

    private void Copy(byte[] from, byte[] to)
    {
        int stride = (_octets + Stride - 1) / Stride * Stride;
        for (int i = 0, at = 0; i < _burst; i++, at += stride)
        {
            from.AsSpan(at, _octets).CopyTo(to.AsSpan(at));
        }
    }
}
