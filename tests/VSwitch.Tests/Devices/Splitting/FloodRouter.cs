using VSwitch.Devices.Splitting;

namespace VSwitch.Tests.Devices.Splitting;

/// <summary>Sends a packet to all frontends but the one that its last octet names; with 100 to none.</summary>
internal sealed class FloodRouter : ISplitSetRouter
{
    public void Lock()
    {
    }

    public void Unlock()
    {
    }

    public int Route(ReadOnlySpan<byte> buffer, int offset, bool isNative) => throw new InvalidOperationException("nobody asks");

    public void Route(ReadOnlySpan<byte> buffer, int offset, bool isNative, SplitSet targets)
    {
        if (buffer[^1] != 100)
        {
            targets.AddAll();
            targets.Remove(buffer[^1]);
        }
    }
}
