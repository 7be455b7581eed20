using System.Diagnostics;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using static VSwitch.Integration.Tests.Bridging.Frames;

namespace VSwitch.Integration.Tests.Bridging;

/// <summary>C sends broadcasts as fast as it can while A and B talk.</summary>
[Collection(Collections.Heavy)]
public class StormTests
{
    private const int C = 2;
    private const int PerSecond = 1000;

    [Fact]
    [Trait("Fault", "28")]
    public async Task Broadcasts_AreHeldToTheLimit_AndTalkersLoseNothing()
    {
        const int Pings = 300;
        const int MaxLost = Pings / 100 - 1;
        PortPolicy limited = new() { StormControl = new StormControl { Broadcast = RateLimit.Frames(PerSecond) } };
        await using SwitchLab lab = new(3, plug: i => With(i == C ? limited : PortPolicy.None));
        await lab.Reach(0, 1);
        Stopwatch watch = Stopwatch.StartNew();
        using (FrameStream storm = new(lab[C], MacAddress.Broadcast, payloadOctets: 46))
        {
            await storm.Progress();
            LabProcess ping = await lab.Run(0, Programs.Ping, "-n", "-q", "-c", $"{Pings}", "-i", "0.002", "-W", "10", lab[1].IPv4.ToString());
            string summary = ping.Output.Single(l => l.Contains("packets transmitted", StringComparison.Ordinal));
            Assert.True(LostOf(summary) <= MaxLost, summary);
            await storm.Progress();
        }

        await Bounded.Until(() => lab.Counters(C).Drops(DropReason.StormControl) > 0);
        long flooded = lab.Counters(C).ReceivedFrames - lab.Counters(C).TotalDrops();
        double allowed = (PerSecond * watch.Elapsed.TotalSeconds) + limited.StormControl!.Broadcast!.Burst + Pings; // what C itself has to say is no broadcast
        Assert.True(flooded <= allowed, $"{flooded} frames of C passed, {allowed} may");
    }

    // "300 packets transmitted, 300 received, 0% packet loss, time 598ms"
    private static int LostOf(string summary)
    {
        int[] numbers = [.. summary.Split(' ').Take(4).Where(w => int.TryParse(w, out _)).Select(int.Parse)];
        return numbers[0] - numbers[1];
    }
}
