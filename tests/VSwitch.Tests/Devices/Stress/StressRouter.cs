using VSwitch.Devices.Splitting;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>A frame goes to the frontend that it names; frames that name none, and those for everybody, go nowhere. Throws now and then.</summary>
internal class StressRouter(int throwEvery) : ISplitRouter
{
    private readonly Lock _lock = new();

    public void Lock() => _lock.Enter();

    public void Unlock() => _lock.Exit();

    public int Route(ReadOnlySpan<byte> buffer, int offset, bool isNative) => Read(buffer, offset).To;

    protected StressMark Read(ReadOnlySpan<byte> buffer, int offset) =>
        StressMark.TryRead(buffer[offset..], out StressMark mark) && mark.Sequence % throwEvery != 0
            ? mark
            : throw new InvalidOperationException("a router that throws, or a frame that is not whole");
}
