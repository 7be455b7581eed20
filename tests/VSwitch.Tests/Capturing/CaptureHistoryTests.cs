using VSwitch.Capturing;
using VSwitch.TestKit;

namespace VSwitch.Tests.Capturing;

public sealed class CaptureHistoryTests
{
    [Fact]
    public void Drain_FramesThatAreTooOld_AreForgotten()
    {
        var test = new TestSwitch(2);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest { Directions = CaptureDirections.In });
        var history = new CaptureHistory(session, TimeSpan.FromSeconds(3), CaptureRequest.DefaultBufferOctets);
        for (int second = 0; second < 10; second++)
        {
            test.Send(0, TestSwitch.Frame(0, 1).Payload([(byte)second, .. new byte[45]]).Build());
            Assert.Equal(1, history.Drain());
            test.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([6, 7, 8, 9], Marks(history)); // not older than 3 s than the newest
        Assert.Equal([6, 7, 8, 9], Marks(history)); // and it stays
        Assert.Equal(0, history.Displaced);
    }

    [Fact]
    public void Drain_MoreThanTheMemoryHolds_KeepsTheNewest()
    {
        var test = new TestSwitch(2);
        using CaptureSession session = test.Switch.StartCapture(
            new CaptureRequest { Directions = CaptureDirections.In, BufferOctets = CaptureRequest.MinBufferOctets });
        var history = new CaptureHistory(session, TimeSpan.FromHours(1), CaptureRequest.MinBufferOctets);
        const int Sent = 1000;
        for (int i = 0; i < Sent; i++)
        {
            test.Send(0, TestSwitch.Frame(0, 1).Payload([(byte)i, .. new byte[1400]]).Build());
            history.Drain();
            test.Receive(1);
        }

        List<int> marks = Marks(history);
        Assert.Equal(Enumerable.Range(Sent - marks.Count, marks.Count).Select(i => i & 0xFF), marks);
        Assert.InRange(marks.Count, 100, 190);
        Assert.Equal(Sent, history.Count + history.Displaced);
    }

    [Fact]
    public void Drain_EachFrameIsLookedAt()
    {
        var test = new TestSwitch(2);
        using CaptureSession session = test.Switch.StartCapture(new CaptureRequest { OnlyDropped = true });
        var history = new CaptureHistory(session, TimeSpan.FromSeconds(1), CaptureRequest.DefaultBufferOctets);
        test.Send(0, TestSwitch.Frame(0, 1).From("01:00:00:00:00:01").Build());
        var seen = new List<string>();
        history.Drain((in CapturedFrame f) => seen.Add($"{f.Port.Name} {f.Drop}"));
        Assert.Equal(["p0.a InvalidSource"], seen);
    }

    private static List<int> Marks(CaptureHistory history)
    {
        var marks = new List<int>();
        history.ForEach((in CapturedFrame f) => marks.Add(f.Octets[14]));
        return marks;
    }
}
