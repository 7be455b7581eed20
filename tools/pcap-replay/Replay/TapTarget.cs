using VSwitch.Captures.Replaying;
using VSwitch.Devices.Tap;
using VSwitch.Frames;

namespace VSwitch.PcapReplay.Replay;

/// <summary>A TAP: what is sent comes into the kernel by it.</summary>
internal sealed class TapTarget(L2Dev device) : IReplayTarget
{
    public string Name { get; } = device.Name;

    public int Mtu => device.Mtu;

    public string? Ended => device.GoneReason;

    public int Send(ReadOnlyMemory<byte> memory, ReadOnlySpan<ReplayFrame> frames, out DropReason refusal)
    {
        refusal = DropReason.None;
        for (int i = 0; i < frames.Length; i++)
        {
            try
            {
                refusal = device.Send(memory.Span.Slice(frames[i].Offset, frames[i].Length));
            }
            catch (ObjectDisposedException)
            {
                refusal = DropReason.LinkDown;
            }

            if (refusal != DropReason.None)
            {
                return i;
            }
        }

        return frames.Length;
    }

    public void WaitForRoom(CancellationToken cancellationToken) => Thread.Yield();
}
