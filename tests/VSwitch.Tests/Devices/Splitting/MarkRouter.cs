using VSwitch.Devices.Splitting;

namespace VSwitch.Tests.Devices.Splitting;

/// <summary>Routes a packet by its last octet, and writes down what it was asked.</summary>
internal sealed class MarkRouter : ISplitRouter
{
    internal Func<byte, int> Answer { get; init; } = mark => mark;

    internal List<string> Calls { get; } = [];

    internal List<byte[]> Packets { get; } = [];

    internal List<bool> Natives { get; } = [];

    public void Lock() => Calls.Add("lock");

    public void Unlock() => Calls.Add("unlock");

    public int Route(ReadOnlySpan<byte> buffer, int offset, bool isNative)
    {
        Calls.Add("route");
        Packets.Add(buffer[offset..].ToArray());
        Natives.Add(isNative);
        return Answer(buffer[^1]);
    }
}
