using VSwitch.Classifying;
using VSwitch.Devices.Dissecting;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.PacketDotNet.Tests;

public sealed class PacketDotNetDissectorTests(ITestOutputHelper output)
{
    public static TheoryData<byte[]> Frames =>
    [
        new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 20, new TcpFields { SourcePort = 1, DestinationPort = 80, Flags = 0xC2 }).Build(),
        new FrameBuilder().Vlan(5).Vlan(6).Udp("10.0.0.1", "10.0.0.2", 20).Build(),
        new FrameBuilder().Tcp("fd00::1", "fd00::2", 20).Build(),
        new FrameBuilder().Vlan(5).Udp("fd00::1", "fd00::2", 20).Build(),
        new FrameBuilder().Build(),
    ];

    [Theory]
    [MemberData(nameof(Frames))]
    public void WholeFrames_ShowWhatTheyShowOurs(byte[] frame)
    {
        byte[] before = [.. frame];
        Assert.True(new PacketDotNetDissector().TryDissect(frame, LinkLayer.Ethernet, out PacketFacts theirs));
        Assert.True(new SpanDissector().TryDissect(frame, LinkLayer.Ethernet, out PacketFacts ours));
        Assert.Equal(ours, theirs);
        Assert.Equal(before, frame); // it was a copy
    }

    [Fact]
    public void BareIp_ShowsWhatItShowsOurs()
    {
        byte[] packet = IpPacket.Udp("10.0.0.1", "10.0.0.2");
        Assert.True(new PacketDotNetDissector().TryDissect(packet, LinkLayer.Ip, out PacketFacts theirs));
        Assert.True(new SpanDissector().TryDissect(packet, LinkLayer.Ip, out PacketFacts ours));
        Assert.Equal(ours, theirs);
    }

    /// <summary>Four of ten mutants throw somewhere in PacketDotNet, and some end their process: each is an outcome, and whole frames are read afterwards.</summary>
    [Fact]
    public void MutatedFrames_AreAnOutcomeEach()
    {
        var random = new Random(1);
        var outcomes = new int[Enum.GetValues<DissectorOutcome>().Length];
        byte[][] frames = [.. Frames.Select(f => f.Data)];
        DissectorProcess? process = null;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] frame = [.. frames[i % frames.Length]];
            for (int changes = random.Next(1, 9); changes > 0; changes--)
            {
                frame[random.Next(12, frame.Length)] = (byte)random.Next(256);
            }

            process = Ask(process, frame.AsSpan(0, random.Next(14, frame.Length + 1)), outcomes);
        }

        output.WriteLine(string.Join(", ", outcomes.Select((count, outcome) => $"{(DissectorOutcome)outcome} {count}")));
        int read = outcomes[(int)DissectorOutcome.Read];
        Ask(process, frames[0], outcomes)?.Dispose();
        Assert.Equal(read + 1, outcomes[(int)DissectorOutcome.Read]);
        Assert.Equal(20_001, outcomes.Sum());
        Assert.Equal(0, outcomes[(int)DissectorOutcome.Garbage]);
    }

    /// <summary>What ours can't tell, asked in the plug-in's own process.</summary>
    [Fact]
    public async Task Dhcp_IsNamed_AndRouted()
    {
        var message = new byte[300];
        message[0] = 1; // a request
        message[1] = 1; // by Ethernet
        message[2] = 6;
        byte[] cookie = [0x63, 0x82, 0x53, 0x63, 53, 1, 1, 255];
        cookie.CopyTo(message, 236);
        byte[] frame = new FrameBuilder().Udp("0.0.0.0", "255.255.255.255", message.Length, 68, 67).Build();
        message.CopyTo(frame, frame.Length - message.Length);

        using var guard = new GuardedDissector(PluginProgram.Options);
        var classifier = new PacketClassifier(new ClassifierRules(1, new ClassifierRule(2).Application(PacketDotNetApplication.Dhcp)), foreign: guard);
        Assert.Equal(1, classifier.Classify(frame, LinkLayer.Ethernet));
        for (int i = 0; i < 60_000 && classifier.Counters.Answered == 0; i++)
        {
            Assert.Equal(0, guard.Counters.Threw + guard.Counters.Died + guard.Counters.TimedOut);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Assert.Equal(2, classifier.Classify(frame, LinkLayer.Ethernet));
    }

    private static DissectorProcess? Ask(DissectorProcess? process, ReadOnlySpan<byte> frame, int[] outcomes)
    {
        if (process is null)
        {
            process = DissectorProcess.TryStart(PluginProgram.Options);
            Assert.True(process?.IsReady(PluginProgram.Options.StartLimit));
        }

        DissectorOutcome outcome = process!.Ask(frame, LinkLayer.Ethernet, PluginProgram.Options.TimeLimit, out _);
        outcomes[(int)outcome]++;
        if (outcome <= DissectorOutcome.Threw)
        {
            return process;
        }

        process.Dispose();
        return null;
    }
}
