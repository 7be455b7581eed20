using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>A thread that sends raw frames from one station to another, without end; errors of the interface do not stop it.</summary>
/// <remarks>
/// It fills the sender's own queue, so that whatever else is to be sent from there suffers: give it a station of its own. It holds no socket in the namespace of the receiver: that namespace may be deleted.
/// </remarks>
internal sealed class FrameStream : IDisposable
{
    private const int BurstFrames = 64;

    private readonly PacketSocket _socket;
    private readonly byte[] _frame;
    private readonly Thread _thread;
    private long _sent;
    private volatile bool _stopping;

    internal FrameStream(LabStation from, LabStation to)
        : this(from, to.Mac, 1000)
    {
    }

    internal FrameStream(LabStation from, MacAddress to, int payloadOctets)
        : this(from, new FrameBuilder().From(from.Mac).To(to).Payload(new byte[payloadOctets]).Build())
    {
    }

    /// <param name="from">The sender.</param>
    /// <param name="frame">As its interface takes it: at a TUN a packet.</param>
    internal FrameStream(LabStation from, byte[] frame)
    {
        _socket = from.Packets();
        _frame = frame;
        _thread = new Thread(Run) { IsBackground = true, Name = "frame stream" };
        _thread.Start();
    }

    /// <summary>Frames that the interface took.</summary>
    internal long Sent => Volatile.Read(ref _sent);

    internal Task Progress(long frames = 1000)
    {
        long aim = Sent + frames;
        return Bounded.Until(() => Sent >= aim, $"{frames} further frames are sent");
    }

    public void Dispose()
    {
        _stopping = true;
        _thread.Join(Bounded.Limit);
        _socket.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            for (int i = 0; i < BurstFrames; i++)
            {
                _sent += _socket.TrySend(_frame) == 0 ? 1 : 0;
            }

            Thread.Yield(); // leaves the processors to those who are to forward it
        }
    }
}
