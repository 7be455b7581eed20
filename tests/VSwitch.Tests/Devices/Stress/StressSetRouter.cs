using VSwitch.Devices.Splitting;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>A <see cref="StressRouter"/> that knows what to do with a frame for everybody.</summary>
internal sealed class StressSetRouter(int throwEvery) : StressRouter(throwEvery), ISplitSetRouter
{
    public void Route(ReadOnlySpan<byte> buffer, int offset, bool isNative, SplitSet targets)
    {
        StressMark mark = Read(buffer, offset);
        if (mark.To == StressMark.Everybody)
        {
            targets.AddAll();
        }
        else
        {
            targets.Add(mark.To);
        }
    }
}
