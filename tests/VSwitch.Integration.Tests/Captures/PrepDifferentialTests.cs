using System.Text.RegularExpressions;
using VSwitch.Captures.Splitting;
using VSwitch.Identifiers;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>The same verdicts as tcpprep 4.4.3, mode by mode, over frames of real captures; and cache files that go both ways.</summary>
public sealed class PrepDifferentialTests(RewriteOracle oracle, ITestOutputHelper output) : IClassFixture<RewriteOracle>
{
    private static readonly Dictionary<string, Func<IReadOnlyList<RewriteFrame>, ISplitter>> s_cases = new()
    {
        ["-c 192.168.0.0/16,10.0.0.0/8"] = _ => new NetworkSplitter(Networks("192.168.0.0/16", "10.0.0.0/8")),
        ["-c 192.168.0.0/16 --reverse"] = _ => new NetworkSplitter(Networks("192.168.0.0/16"), new(Reverse: true)),
        ["-c 192.168.0.0/16,[fe80::/10] -N"] = _ => new NetworkSplitter(Networks("192.168.0.0/16", "fe80::/10"), new(NonIpIsPrimary: true)),
        ["-r ^1.*[02468]$"] = _ => new PatternSplitter("^1.*[02468]$"),
        ["-p"] = _ => new PortSplitter(),
        ["-e 00:00:5e:00:53:01,01:02:03:04:05:06"] = _ => new MacSplitter([MacAddress.Parse("00:00:5e:00:53:01"), MacAddress.Parse("01:02:03:04:05:06")]),
        ["-a first"] = frames => Decide(frames, HostMode.First),
        ["-a client"] = frames => Decide(frames, HostMode.Client),
        ["-a server"] = frames => Decide(frames, HostMode.Server),
        ["-a bridge -R 1.5"] = frames => Decide(frames, HostMode.Bridge, 1.5),
        ["-p -x P:1-100,203,300-2000"] = _ => new SelectingSplitter(new PortSplitter(), new NumberRule([(1, 100), (203, 203), (300, 2000)])),
        ["-p -X P:1-100,203"] = _ => new SelectingSplitter(new PortSplitter(), new NumberRule([(1, 100), (203, 203)]), excludes: true),
        ["-p -x S:192.168.0.0/16"] = _ => Select(AddressRuleKind.Source, false),
        ["-p -X D:192.168.0.0/16"] = _ => Select(AddressRuleKind.Destination, true),
        ["-p -x E:192.168.0.0/16"] = _ => Select(AddressRuleKind.Either, false),
        ["-p -X B:192.168.0.0/16"] = _ => Select(AddressRuleKind.Both, true),
    };

    public static TheoryData<string> Arguments => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Arguments))]
    public void SideOf_RealFrames_IsThatOfTcpprep(string arguments)
    {
        // tcpprep takes all IPv6 hosts for one in its automatic modes, and does not know a SYN with the flags of ECN; it reads ports and flags out of later fragments.
        bool isAuto = arguments.StartsWith("-a", StringComparison.Ordinal);
        HashSet<string> files = [.. oracle.Frames.Where(f => isAuto && IsEcnSyn(f)).Select(File)];
        IReadOnlyList<RewriteFrame> frames = [.. oracle.Frames.Where(f => !f.IsLaterFragment && !f.IsCut && !(isAuto && f.IsIPv6) && !files.Contains(File(f)) && f.EtherType != 0x8847)];
        TcpprepCache theirs = Run(frames, arguments.Split(' '), out string path);
        ISplitter ours = s_cases[arguments](frames);
        int wrong = 0;
        var seen = new Dictionary<TrafficSide, int>();
        for (int i = 0; i < frames.Count; i++)
        {
            TrafficSide side = ours.SideOf(i + 1, 0, frames[i].Octets);
            seen[side] = seen.GetValueOrDefault(side) + 1;
            if (side != theirs.SideOf(i + 1) && !IsUnlike(frames[i]) && wrong++ < 20)
            {
                output.WriteLine($"{i + 1} {frames[i].Name} {frames[i].EtherType:x} {frames[i].Protocol}: {side}, theirs {theirs.SideOf(i + 1)}");
            }
        }

        output.WriteLine(string.Join(", ", seen));
        Assert.Equal(frames.Count, theirs.Count);
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Write_OfWhatTcpprepWrote_IsTheSameFile()
    {
        TcpprepCache cache = Run(oracle.Frames, ["-p", "-C", "a comment"], out string path);
        using var copy = new MemoryStream();
        cache.Write(copy);
        Assert.Equal(System.IO.File.ReadAllBytes(path), copy.ToArray());
        Assert.EndsWith("\na comment", cache.Comment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_IsReadByTcpprep()
    {
        var cache = new TcpprepCache { Comment = "ours" };
        TrafficSide[] sides = [TrafficSide.Primary, TrafficSide.Secondary, TrafficSide.Skip, TrafficSide.Secondary, TrafficSide.Primary];
        Array.ForEach(sides, cache.Add);
        string path = oracle.At("ours.cache");
        using (FileStream file = System.IO.File.Create(path))
        {
            cache.Write(file);
        }

        using LabProcess process = LabProcess.Start(null, Programs.Tcpprep, "-I", path);
        await process.Exit();
        Assert.Equal(
            ["Primary", "Secondary", "Don't Send", "Secondary", "Primary"],
            process.Output.Select(l => Regex.Match(l, "^Packet [0-9]+ -> (.*)$")).Where(m => m.Success).Select(m => m.Groups[1].Value));
    }

    // What is behind extension headers of IPv6.
    private static bool IsUnlike(RewriteFrame frame) => frame.IsIPv6 && frame.Protocol is not (6 or 17 or 58);

    private static bool IsEcnSyn(RewriteFrame frame) =>
        frame is { IsIPv4: true, Protocol: 6 } && frame.Octets.ElementAtOrDefault(frame.PacketOffset + frame.HeaderLength + 13) is 0xC2 or 0x42 or 0x52;

    private static string File(RewriteFrame frame) => frame.Name.Split('#')[0];

    private static IpPrefix[] Networks(params string[] networks) => [.. networks.Select(n => IpPrefix.Parse(n))];

    private static SelectingSplitter Select(AddressRuleKind kind, bool excludes) => new(new PortSplitter(), new AddressRule(kind, Networks("192.168.0.0/16")), excludes);

    private static ISplitter Decide(IReadOnlyList<RewriteFrame> frames, HostMode mode, double ratio = 2.0)
    {
        var roles = new HostRoles();
        foreach (RewriteFrame frame in frames)
        {
            roles.Observe(frame.Octets);
        }

        return roles.Decide(mode, ratio: ratio);
    }

    private TcpprepCache Run(IReadOnlyList<RewriteFrame> frames, string[] arguments, out string path)
    {
        string input = oracle.At($"{Guid.NewGuid():N}.pcap");
        path = oracle.At($"{Guid.NewGuid():N}.cache");
        RewriteOracle.Write(input, frames);
        using LabProcess process = LabProcess.Start(null, Programs.Tcpprep, ["-i", input, "-o", path, .. arguments]);
        Assert.True(process.Exit().Wait(Bounded.Limit) && process.ExitCode == 0, process.Text);
        using FileStream file = System.IO.File.OpenRead(path);
        return TcpprepCache.Read(file);
    }
}
