using System.Diagnostics;
using System.Runtime.CompilerServices;
using VSwitch.Classifying;
using VSwitch.Devices.Dissecting;
using VSwitch.Frames;
using VSwitch.HostileDissector;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests.Dissecting;

/// <summary>A dissector that does the worst, in its real process: the fallback's answers stand, the faults are counted, and good packets are answered again.</summary>
public sealed class GuardedDissectorTests : IDisposable
{
    private const int Fallback = 1;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2); // no good answer is late, however loaded the machine is

    private readonly List<GuardedDissector> _guards = [];

    public void Dispose() => _guards.ForEach(g => g.Dispose());

    [Fact]
    public async Task GoodAnswer_StandsFromThenOn()
    {
        (PacketClassifier classifier, GuardedDissector guard) = Make(s_patience, new ClassifierRule(7).Application(7));
        Assert.Equal(Fallback, Ask(classifier, Deed.Answer));
        await Until(() => classifier.Counters.Answered == 1);
        Assert.Equal(7, Ask(classifier, Deed.Answer));
        Assert.Equal((1, 1), (guard.Counters.Starts, guard.Counters.Taken));
    }

    [Theory]
    [InlineData(Deed.Decline)]
    [InlineData(Deed.Throw)]
    public async Task Refusal_LeavesTheFallback_AndTheProcess(Deed deed)
    {
        (PacketClassifier classifier, GuardedDissector guard) = Make(s_patience, new ClassifierRule(7).Application(7));
        Ask(classifier, deed);
        Ask(classifier, Deed.Answer);
        await Until(() => classifier.Counters.Answered == 1);
        Assert.Equal((Fallback, 7), (Ask(classifier, deed), Ask(classifier, Deed.Answer)));
        GuardedDissectorCounters counters = guard.Counters;
        Assert.Equal((1, 1), (counters.Starts, deed == Deed.Throw ? counters.Threw : counters.NotRead));
    }

    [Theory]
    [InlineData(Deed.ExhaustHeap)]
    [InlineData(Deed.OverflowStack)]
    [InlineData(Deed.Exit)]
    [InlineData(Deed.Abort)]
    public async Task Death_IsCounted_AndTheNextProcessAnswers(Deed deed)
    {
        (PacketClassifier classifier, GuardedDissector guard) = Make(s_patience, new ClassifierRule(7).Application(7));
        Assert.Equal(Fallback, Ask(classifier, deed));
        await Until(() => guard.Counters.Died == 1);
        Assert.Equal(Fallback, Ask(classifier, deed));
        await AnswersAgain(classifier, guard);
    }

    [Fact]
    public async Task Garbage_IsCounted_AndTheNextProcessAnswers()
    {
        (PacketClassifier classifier, GuardedDissector guard) = Make(s_patience, new ClassifierRule(7).Application(7));
        Assert.Equal(Fallback, Ask(classifier, Deed.WriteGarbage));
        await Until(() => guard.Counters.Garbage + guard.Counters.Died == 1); // died: where it may not open its own output
        await AnswersAgain(classifier, guard);
    }

    [Theory]
    [InlineData(Deed.Loop)]
    [InlineData(Deed.ExhaustHeapAndCatch)]
    [InlineData(Deed.LeaveChildBehind)]
    public async Task Loop_IsKilled_AndNoZombieIsLeft(Deed deed)
    {
        (PacketClassifier classifier, GuardedDissector guard) = Make(TimeSpan.FromMilliseconds(50), new ClassifierRule(7).Application(7));
        await Until(() => guard.ProcessId != 0);
        int id = guard.ProcessId;
        Assert.Equal(Fallback, Ask(classifier, deed));
        await Until(() => guard.Counters.TimedOut + guard.Counters.Died == 1); // died: of memory other than its heap
        Assert.Equal(Fallback, Ask(classifier, deed));
        await Until(() => !Directory.Exists($"/proc/{id}"));
    }

    [Fact]
    public async Task Chatter_IsNoReply()
    {
        (PacketClassifier classifier, GuardedDissector guard) = Make(s_patience, new ClassifierRule(8).Application(8));
        Ask(classifier, Deed.Print);
        await Until(() => classifier.Counters.Answered == 1);
        Assert.Equal(8, Ask(classifier, Deed.Print));
        Assert.Equal(1, guard.Counters.Starts);
    }

    [Fact]
    public async Task Process_HasGivenUpItsRights()
    {
        (PacketClassifier classifier, _) = Make(s_patience, new ClassifierRule(9).Application(9));
        Ask(classifier, Deed.TellRights);
        await Until(() => classifier.Counters.Answered == 1);
        Assert.Equal(9, Ask(classifier, Deed.TellRights));
    }

    [Fact]
    public async Task LongPacket_IsCut_AndItsLengthKept()
    {
        (PacketClassifier classifier, _) = Make(s_patience, new ClassifierRule(2).Application(2048).Where(f => f.Length > 60_000));
        byte[] frame = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 60_000, 1, (ushort)Deed.TellLength).Build();
        Assert.Equal(Fallback, classifier.Classify(frame, LinkLayer.Ethernet));
        await Until(() => classifier.Counters.Answered == 1);
        Assert.Equal(2, classifier.Classify(frame, LinkLayer.Ethernet));
    }

    [Fact]
    public async Task FullQueue_RefusesTheNewcomer()
    {
        (PacketClassifier classifier, GuardedDissector guard) = Make(s_patience, new ClassifierRule(7).Application(7));
        Ask(classifier, Deed.Loop); // and nobody is answered for two minutes
        for (ushort from = 0; from < 20; from++)
        {
            Assert.Equal(Fallback, Ask(classifier, Deed.Answer, from));
        }

        await Until(() => guard.Counters.Starts == 1);
        Assert.Equal((8, 13), (guard.Counters.Taken, guard.Counters.Refused));
        Assert.Equal((8, 13), (classifier.Counters.Asked, classifier.Counters.NotAsked));
    }

    [Fact]
    public async Task NoSuchProgram_LeavesTheFallback()
    {
        (PacketClassifier classifier, GuardedDissector guard) = Make(s_patience, fileName: "/nowhere/at/all");
        await Until(() =>
        {
            Assert.Equal(Fallback, Ask(classifier, Deed.Answer, (ushort)Random.Shared.Next(65_536)));
            return guard.Counters.Starts >= 2;
        });
        Assert.Equal(0, guard.Counters.Read);
    }

    [Fact]
    public async Task ProgramThatNeverStarts_IsKilled()
    {
        (PacketClassifier classifier, GuardedDissector guard) = Make(s_patience, startLimit: TimeSpan.FromMilliseconds(50), arguments: "never-ready");
        await Until(() => guard.ProcessId != 0 || guard.Counters.Starts > 0);
        Ask(classifier, Deed.Answer);
        await Until(() => guard.ProcessId == 0 && guard.Counters.Refused + guard.Counters.Dropped > 0 || Ask(classifier, Deed.Answer, (ushort)Random.Shared.Next(65_536)) != Fallback);
        Assert.Equal(0, guard.Counters.Read);
    }

    [Fact]
    public async Task ProgramThatIsNoHost_IsGarbageOrDead()
    {
        (PacketClassifier classifier, GuardedDissector guard) = Make(s_patience, fileName: "/bin/cat", arguments: "/etc/services");
        await Until(() => guard.Counters.Starts >= 1 && guard.ProcessId == 0);
        Assert.Equal(Fallback, Ask(classifier, Deed.Answer));
    }

    [Fact]
    public async Task Dispose_EndsALoopingProcess()
    {
        (PacketClassifier classifier, GuardedDissector guard) = Make(s_patience);
        await Until(() => guard.ProcessId != 0);
        int id = guard.ProcessId;
        Ask(classifier, Deed.Loop);
        guard.Dispose();
        Assert.False(Directory.Exists($"/proc/{id}"));
        Assert.Equal(Fallback, Ask(classifier, Deed.Answer)); // it may still be asked
        GuardedDissectorCounters counters = guard.Counters;
        Assert.Equal(1, counters.Refused);
    }

    [Fact]
    public async Task Host_EndsWithItsParentsPipe_EvenWhileItLoops()
    {
        using var process = Process.Start(new ProcessStartInfo(Program) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var message = new byte[DissectorMessage.MaxRequest];
        var ready = new byte[DissectorMessage.Reply];
        await process.StandardOutput.BaseStream.ReadExactlyAsync(ready);
        int length = DissectorMessage.WriteRequest(message, 1, LinkLayer.Ethernet, Packet(Deed.Loop, 1));
        await process.StandardInput.BaseStream.WriteAsync(message.AsMemory(0, length));
        await process.StandardInput.BaseStream.FlushAsync();
        process.StandardInput.Close();
        await Until(() => process.HasExited);
    }

    [Fact]
    public void Options_AreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GuardedDissector(new GuardedDissectorOptions { FileName = "x", MaxOctets = 4096 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GuardedDissector(new GuardedDissectorOptions { FileName = "x", TimeLimit = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(() => new GuardedDissector(new GuardedDissectorOptions { FileName = " " }));
    }

    private static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "..", "..", "VSwitch.HostileDissector", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "VSwitch.HostileDissector");

    private static Task Until(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") => Bounded.Until(condition, what);

    /// <summary>Asks about new flows, since a flow is asked about once, until one is answered.</summary>
    private static async Task AnswersAgain(PacketClassifier classifier, GuardedDissector guard)
    {
        ushort from = 2;
        await Until(() =>
        {
            Ask(classifier, Deed.Answer, from++);
            return classifier.Counters.Answered > 0;
        });
        Assert.True(guard.Counters.Starts >= 2);
    }

    private static int Ask(PacketClassifier classifier, Deed deed, ushort from = 1) => classifier.Classify(Packet(deed, from), LinkLayer.Ethernet);

    private static byte[] Packet(Deed deed, ushort from) => new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 20, from, (ushort)deed).Build();

    private (PacketClassifier Classifier, GuardedDissector Guard) Make(TimeSpan limit, params ClassifierRule[] rules) => Make(limit, null, null, null, rules);

    private (PacketClassifier Classifier, GuardedDissector Guard) Make(
        TimeSpan limit, string? fileName = null, TimeSpan? startLimit = null, string? arguments = null, params ClassifierRule[] rules)
    {
        var guard = new GuardedDissector(new GuardedDissectorOptions
        {
            FileName = fileName ?? Program,
            Arguments = arguments is null ? [] : [arguments],
            QueueLength = 8,
            TimeLimit = limit,
            StartLimit = startLimit ?? s_patience,
            FirstPause = TimeSpan.FromMilliseconds(1),
            HeapOctets = 64 << 20,
        });
        _guards.Add(guard);
        return (new PacketClassifier(new ClassifierRules(Fallback, rules), foreign: guard), guard);
    }
}
