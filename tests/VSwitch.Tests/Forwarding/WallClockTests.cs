using VSwitch.Devices;
using VSwitch.Policies;
using VSwitch.TestKit;

namespace VSwitch.Tests.Forwarding;

/// <summary>Somebody sets the wall clock while the switch runs: it does not look at it.</summary>
public class WallClockTests
{
    private const int DaysOfTenYears = 3653;

    [Theory]
    [InlineData(DaysOfTenYears)]
    [InlineData(-DaysOfTenYears)]
    [Trait("Fault", "23")]
    public void StepOfTenYears_AgesNobody_FillsNoBucket_AndKeepsNobodyLonger(int days)
    {
        SteppedTime time = new();
        var @switch = new VirtualSwitch(time: time);
        PortPolicy policy = new() { StormControl = new StormControl { Broadcast = RateLimit.Frames(1, burst: 2) } };
        Station[] stations = [.. Enumerable.Range(0, 3).Select(i =>
        {
            (PipeDevice inside, PipeDevice outside) = PipeDevice.CreatePair($"p{i}");
            @switch.AddPort(inside, options: new PortOptions { Policy = policy });
            return new Station(outside);
        })];
        for (int i = 0; i < 3; i++)
        {
            Exchange(1, TestSwitch.Frame(1, 0).To("ff:ff:ff:ff:ff:ff").Build());
        }

        byte[] frame = TestSwitch.Frame(0, 1).Build();
        time.Advance(TimeSpan.FromSeconds(299));
        time.Step(TimeSpan.FromDays(days));
        Assert.Equal([1], Exchange(0, frame));
        Exchange(1, TestSwitch.Frame(1, 0).Build());
        time.Step(TimeSpan.FromDays(days));
        Assert.Equal([1], Exchange(0, frame));
        Assert.Equal(1, @switch.GetTotals().Drops(VSwitch.Frames.DropReason.StormControl));

        time.Advance(TimeSpan.FromSeconds(302));
        time.Step(TimeSpan.FromDays(-2 * days));
        Assert.Equal([1, 2], Exchange(0, frame));

        int[] Exchange(int from, byte[] octets)
        {
            stations[from].Send(octets);
            @switch.Run();
            @switch.Advance();
            return [.. Enumerable.Range(0, 3).Where(i => stations[i].Receive().Count > 0)];
        }
    }

    private sealed class SteppedTime : TimeProvider
    {
        private readonly VirtualTime _time = new();
        private TimeSpan _step = TimeSpan.FromDays(20_000);

        public override long TimestampFrequency => _time.TimestampFrequency;

        public override long GetTimestamp() => _time.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => _time.GetUtcNow() + _step;

        internal void Advance(TimeSpan by) => _time.Advance(by);

        internal void Step(TimeSpan by) => _step += by;
    }
}
