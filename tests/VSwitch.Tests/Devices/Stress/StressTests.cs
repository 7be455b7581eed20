using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>
/// Attach, detach, down, up, close and swap at random and at full traffic, on real threads: no hang, no lost buffer, no frame to a wrong device, exact accounts.
/// </summary>
/// <remarks>
/// How long is a matter of the environment (<see cref="StressSettings"/>), whether it passes is not: each run does some operations at least, and what is bounded in time
/// is so generously that only a hang gets there.
/// </remarks>
[Collection(nameof(Alone))]
public sealed class StressTests
{
    private const int Scenarios = 8; // which share the time
    private const int MinOperations = 50;
    private const int MinFrames = 1000;
    private const int MostPause = 8; // yields between two operations

    [Theory]
    [InlineData(LinkLayer.Ethernet)]
    [InlineData(LinkLayer.Ip)]
    [Trait("Clause", "J3")]
    [Trait("Clause", "J4")]
    [Trait("Clause", "J6")]
    public Task Joiner_Stress(LinkLayer linkLayer) => Run((crew, random) => new JoinerScenario(crew, random, linkLayer));

    [Fact]
    [Trait("Clause", "S2")]
    [Trait("Clause", "S4")]
    [Trait("Clause", "S5")]
    [Trait("Clause", "S6")]
    [Trait("Clause", "S8")]
    public Task Splitter_Stress() => Run((crew, random) => new SplitterScenario(crew, random));

    [Fact]
    [Trait("Clause", "D2")]
    [Trait("Clause", "D4")]
    [Trait("Clause", "D6")]
    public Task DetachedDevice_Stress() => Run((crew, random) => new DetachedScenario(crew, random));

    [Fact]
    [Trait("Clause", "F1")]
    [Trait("Clause", "F3")]
    [Trait("Clause", "F4")]
    public Task Forwarder_Stress() => Run((crew, random) => new ForwarderScenario(crew, random));

    [Fact]
    [Trait("Clause", "F1")]
    [Trait("Clause", "F3")]
    public Task PointToPoint_Stress() => Run((crew, random) => new PointToPointScenario(crew, random));

    [Fact]
    [Trait("Clause", "I1")]
    [Trait("Clause", "I3")]
    [Trait("Clause", "P4")]
    public Task PacketStream_Stress() => Run((crew, random) => new StreamScenario(crew, random));

    [Fact]
    [Trait("Clause", "T7")]
    [Trait("Clause", "T8")]
    public Task VirtualSwitch_Stress() => Run((crew, random) => new SwitchScenario(crew, random));

    private static async Task Run(Func<StressCrew, Random, StressScenario> make)
    {
        int seed = StressSettings.Seed;
        using var crew = new StressCrew(seed);
        int rings = RingPool.Rented;
        int batches = FrameBatchPool.Shared.Rented;
        long start = TimeProvider.System.GetTimestamp();
        int operations = 0;
        try
        {
            StressScenario scenario = make(crew, new Random(seed));
            await scenario.StartAsync();
            while (operations < MinOperations || scenario.Passed < MinFrames || TimeProvider.System.GetElapsedTime(start) < StressSettings.Duration / Scenarios)
            {
                await scenario.ActAsync().WaitAsync(StressSettings.Limit);
                crew.CheckComplaints();
                for (int pause = operations++ % MostPause; pause > 0; pause--)
                {
                    Thread.Yield();
                }

                Assert.True(TimeProvider.System.GetElapsedTime(start) < StressSettings.Duration + StressSettings.Limit, $"{scenario.Passed} frames passed: too few to say anything");
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{operations} operations, {scenario.Passed} frames");
            crew.Settle();
            await scenario.SettleAsync().WaitAsync(StressSettings.Limit * 2);
            crew.Close();
            await scenario.DisposeAsync().AsTask().WaitAsync(StressSettings.Limit);
            crew.Join();
            crew.CheckComplaints();
            scenario.CheckAccounts();
            Assert.InRange(RingPool.Rented, 0, rings); // what an earlier test left behind may come back meanwhile
            Assert.InRange(FrameBatchPool.Shared.Rented, 0, batches);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"after {operations} operations with {StressSettings.SeedVariable}={seed}", error);
        }
    }
}
