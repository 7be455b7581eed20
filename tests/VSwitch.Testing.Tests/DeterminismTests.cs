using System.Security.Cryptography;
using VSwitch.Policies;
using VSwitch.Vlans;

namespace VSwitch.Testing.Tests;

/// <summary>The same test gives the same octets, at the same moments, in the same order.</summary>
public sealed class DeterminismTests
{
    private const int ShortSteps = 25;
    private const int LongSteps = 300;

    [Theory]
    [InlineData(1000, ShortSteps)]
    [InlineData(20, LongSteps)]
    public void SaveCapture_ManyRunsOfOneSeed_OneCapture(int runs, int steps)
    {
        byte[] first = Run(seed: 11, steps: steps);
        for (int i = 1; i < runs; i++)
        {
            Assert.Equal(first, Run(seed: 11, steps: steps));
        }

        Assert.NotEqual(first, Run(seed: 12, steps: steps));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public void SaveCapture_AnyNumberOfPipelines_OneCapture(int pipelines) => Assert.Equal(Run(seed: 11), Run(seed: 11, pipelines));

    [Fact]
    public void SaveCapture_AnyClockFrequency_SameFrames()
    {
        // Times differ by what a timestamp can tell; what is limited, aged and probed must not.
        Assert.Equal(RunFrames(1_000_000_000), RunFrames(10_000_000));
    }

    private static byte[] Run(int seed, int pipelines = 1, int steps = LongSteps)
    {
        using SwitchLab lab = Play(new LabOptions { Seed = seed, Pipelines = pipelines, Switch = Options }, steps);
        using var capture = new MemoryStream();
        lab.SaveCapture(capture);
        Assert.True(capture.Length > steps * 64);
        return SHA256.HashData(capture.ToArray());
    }

    private static string[] RunFrames(long frequency)
    {
        using SwitchLab lab = Play(new LabOptions { Seed = 5, TimestampFrequency = frequency, Switch = Options }, LongSteps);
        return [.. lab.Ports.SelectMany(p => p.Received).Select(f => Convert.ToHexString(f.Octets.Span))];
    }

    private static SwitchOptions Options => new()
    {
        AgeingTime = TimeSpan.FromSeconds(3),
        FilteringDatabaseSize = 8,
        BurstFrames = 4,
        Bridge = new BridgePolicy { Flapping = new FlapOptions() },
    };

    /// <summary>Random frames in VLANs, floods, more stations than there is room for, ageing, limits, links that go down and up; in long runs a loop guard too, and a second switch behind a cable.</summary>
    private static SwitchLab Play(LabOptions options, int steps)
    {
        var lab = new SwitchLab(options);
        List<LabPort> ports =
        [
            lab.AddPort("access", PortVlans.Access(new VlanId(10))),
            lab.AddPort("trunk", PortVlans.Trunk(VlanSet.Parse("1-20"), new VlanId(1))),
            lab.AddPort("storm", new PortPolicy { StormControl = new StormControl { Broadcast = RateLimit.Parse("10pps:2"), UnknownUnicast = RateLimit.Parse("20pps:3") } }),
            lab.AddPort("policed", new PortPolicy { Policing = RateLimit.Parse("30pps:5") }),
        ];
        if (steps == LongSteps)
        {
            lab.Switch.SetBridgePolicy(new BridgePolicy { LoopGuard = new LoopGuardOptions(), Flapping = new FlapOptions() });
            LabSwitch far = lab.AddSwitch("far", new SwitchOptions { BurstFrames = 4, FilteringDatabaseSize = 64 });
            ports.Add(far.AddPort("remote"));
            lab.Connect(lab.AddPort("up"), far.AddPort("down"), TimeSpan.FromMicroseconds(30));
        }

        for (int i = 0; i < steps; i++)
        {
            LabPort from = ports[lab.Random.Next(ports.Count)];
            FrameBuilder frame = new FrameBuilder().From(Captures.Mac(lab.Random.Next(24)));
            frame = lab.Random.Next(4) == 0 ? frame.Broadcast() : frame.To(Captures.Mac(lab.Random.Next(24)));
            frame = lab.Random.Next(2) == 0 ? frame.Vlan(lab.Random.Next(25)) : frame;
            from.Send(frame.Payload(lab.Random.Next(64)));
            lab.Advance(TimeSpan.FromTicks(lab.Random.Next(1_000_000)));
            if (lab.Random.Next(40) == 0)
            {
                from.SetLink(lab.Random.Next(2) == 0);
            }
        }

        lab.Run();
        return lab;
    }
}
