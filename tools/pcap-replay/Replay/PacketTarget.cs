using VSwitch.Captures.Replaying;
using VSwitch.Devices.Packet;
using VSwitch.Frames;

namespace VSwitch.PcapReplay.Replay;

/// <summary>An interface, by a packet socket.</summary>
internal sealed class PacketTarget(PacketDevice device, bool bypass) : IReplayTarget
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private readonly FrameExtent[] _extents = new FrameExtent[64];
    private string? _ended;

    public string Name { get; } = device.Name;

    public int Mtu => device.Mtu;

    public string? Ended => _ended;

    public int Send(ReadOnlyMemory<byte> memory, ReadOnlySpan<ReplayFrame> frames, out DropReason refusal)
    {
        Span<FrameExtent> extents = _extents.AsSpan(0, Math.Min(frames.Length, _extents.Length));
        for (int i = 0; i < extents.Length; i++)
        {
            extents[i] = new(frames[i].Offset, frames[i].Length);
        }

        try
        {
            int sent = device.TrySend(memory, extents, out refusal);
            _ended = device.GoneReason;
            return sent;
        }
        catch (ObjectDisposedException)
        {
            _ended = device.GoneReason ?? $"{Name}: closed";
            refusal = DropReason.LinkDown;
            return 0;
        }
    }

    public void WaitForRoom(CancellationToken cancellationToken)
    {
        // Past the qdisc nobody tells when there is room again.
        if (bypass)
        {
            Thread.Yield();
            return;
        }

        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(s_patience);
            device.WaitToSendAsync(patience.Token).AsTask().Wait(CancellationToken.None);
        }
        catch (AggregateException e) when (e.InnerException is OperationCanceledException)
        {
            // Asked again, or given up, by whoever waits.
        }
    }
}
