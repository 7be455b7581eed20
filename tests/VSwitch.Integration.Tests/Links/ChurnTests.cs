using VSwitch.Devices;
using VSwitch.Devices.Tap;
using VSwitch.Devices.TunTap;
using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Integration.Tests.Links;

/// <summary>Ports come and go, hundreds of times, while A talks to B at full speed and C floods everybody.</summary>
[Collection(Collections.Heavy)]
public class ChurnTests
{
    private const int PipeRounds = 160;
    private const int TapRounds = 40;

    [Fact]
    [Trait("Fault", "26")]
    [Trait("Fault", "71")]
    public async Task Ports_AddedAndRemovedUnderLoad_AccountsStayExact()
    {
        await using SwitchLab lab = new(3);
        using TestNamespace taps = new();
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        using FrameStream flood = new(lab[2], MacAddress.Broadcast, 100);

        Task pipes = Churn(PipeRounds, async i =>
        {
            string name = $"pipe{i % 3}";
            (PipeDevice inside, PipeDevice outside) = PipeDevice.CreatePair(name);
            lab.Host.AddPort(inside, name);
            Station station = new(outside);
            station.Send(new FrameBuilder().From(Mac(i)).To(lab[0].Mac).Build());
            await Bounded.Until(() => station.Receive().Count > 0 && Knows(lab, i), "the new port takes part");
            PortId id = lab.Switch.FindPort(name)!.Id;
            Assert.True(await lab.Host.RemovePortAsync(name));
            Assert.DoesNotContain(lab.Switch.GetStations(), s => s.Port == id);
        });
        Task kernel = Churn(TapRounds, async i =>
        {
            string name = $"tap{i % 2}";
            lab.Host.AddPort(name, () => L2Dev.Open(new TunTapOptions { Name = name, Namespace = taps.Name, Offload = i % 3 != 0 }));
            SwitchPort port = lab.Switch.FindPort(name)!;
            await Bounded.Until(() => port.Counters.SentFrames > 0, "the new TAP takes part");
            Assert.True(await lab.Host.RemovePortAsync(name));
            await Bounded.Until(() => taps.TryLink(name) is null, "the TAP is gone, as soon as no burst has it in hand");
        });

        await Task.WhenAll(pipes, kernel);
        await flow.Progress();
        await flow.Stop();
        Assert.Equal(3, lab.Switch.Ports.Count);
    }

    private static Task Churn(int rounds, Func<int, Task> round) => Task.Run(async () =>
    {
        for (int i = 0; i < rounds; i++)
        {
            await round(i);
        }
    });

    private static bool Knows(SwitchLab lab, int i) => lab.Switch.GetStations().Any(s => s.Mac == Mac(i));

    private static MacAddress Mac(int i) => new(0x0200_0000_C000UL + (ulong)i);
}
