using VSwitch.Captures.Splitting;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>The commands as they are built, on files.</summary>
public sealed class RewriteCommandTests(RewriteOracle oracle) : IClassFixture<RewriteOracle>
{
    private const int Sample = 3; // one frame in so many: tshark takes its time

    private static readonly string[] s_checks = ["ip", "tcp", "udp", "icmp", "icmpv6"];
    private static readonly int[] s_numbers = [-2, 6, 17, 1, 58]; // of the same protocols

    private static string Command => Path.Combine(AppContext.BaseDirectory, "VSwitch.PcapReplay");

    /// <summary>tshark finds the same packets wrong before and after: what was right stays right, what was wrong stays wrong.</summary>
    [Fact]
    public async Task Rewrite_OfAddressesPortsAndTags_LeavesChecksumsAsRightAsTheyWere()
    {
        string input = oracle.At("checksums.in.pcap"), output = oracle.At("checksums.out.pcap");
        RewriteFrame[] frames = [.. oracle.Frames.Where((f, i) => !f.IsCut && i % Sample == 0)];
        RewriteOracle.Write(input, frames);
        using LabProcess process = LabProcess.Start(
            null, Command, "rewrite", "-i", input, "-o", output, "-N", "0.0.0.0/0:11.0.0.0/8,[::/0]:[2001:db8::/32]", "-r", "40000-65000:7", "--ttl=+3",
            "--enet-vlan=add", "--enet-vlan-tag=5");
        Assert.True(await process.Exit() == 0, process.Text);
        List<string> before = await Wrong(input, frames), after = await Wrong(output, frames);
        Assert.NotEmpty(before);
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task Rewrite_WithFixcsum_LeavesNothingWrong()
    {
        string input = oracle.At("fix.in.pcap"), output = oracle.At("fix.out.pcap");
        // UDP whose length is wrong has no right checksum; fragments have none that could be computed.
        RewriteFrame[] frames =
        [
            .. oracle.Frames.Where((f, i) => i % Sample == 1 && !f.IsCut && !f.IsFragment && !f.HasOddUdpLength && f.Protocol is 6 or 17 && f.ClaimedLength <= f.Octets.Length),
        ];
        RewriteOracle.Write(input, frames);
        using LabProcess process = LabProcess.Start(null, Command, "rewrite", "-i", input, "-o", output, "-C");
        Assert.True(await process.Exit() == 0, process.Text);
        Assert.NotEmpty(await Wrong(input, frames));
        Assert.Empty(await Wrong(output, frames));
    }

    [Fact]
    public async Task Prep_ACache_SplitsForTcprewriteAsForRewrite()
    {
        string input = oracle.At("split.in.pcap"), cache = oracle.At("split.cache"), ours = oracle.At("split.ours.pcap"), theirs = oracle.At("split.theirs.pcap");
        RewriteOracle.Write(input, oracle.Frames.Where(f => f is { IsIPv4: true, Protocol: 6, IsFragment: false, IsCut: false } && f.ClaimedLength == f.OriginalLength));
        using LabProcess prep = LabProcess.Start(null, Command, "prep", "-i", input, "-o", cache, "-a", "client", "-C", "of a test", "-X", "P:1-7");
        Assert.True(await prep.Exit() == 0, prep.Text);
        string[] arguments = ["-i", input, "-c", cache, "-e", "1.2.3.4:5.6.7.8", "--enet-dmac=02:00:00:00:00:01,02:00:00:00:00:02", "-C"];
        using LabProcess rewrite = LabProcess.Start(null, Command, ["rewrite", "-o", ours, .. arguments]);
        using LabProcess tcprewrite = LabProcess.Start(null, Programs.Tcprewrite, ["-o", theirs, .. arguments]);
        Assert.True(await rewrite.Exit() == 0, rewrite.Text);
        Assert.True(await tcprewrite.Exit() == 0, tcprewrite.Text);
        Assert.Equal(Texts(theirs), Texts(ours));

        using FileStream file = File.OpenRead(cache);
        Assert.EndsWith("\nof a test", TcpprepCache.Read(file).Comment, StringComparison.Ordinal);
        using LabProcess stats = LabProcess.Start(null, Command, "prep", "-S", cache);
        using LabProcess theirStats = LabProcess.Start(null, Programs.Tcpprep, "-S", cache);
        await stats.Exit();
        await theirStats.Exit();
        Assert.Equal(theirStats.Output, stats.Output);
    }

    [Theory]
    [InlineData("rewrite -i in -o out --ttl=999 -r 80 --enet-vlan=add", "--portmap 80:", "--ttl 999:", "--enet-vlan=add needs")]
    [InlineData("rewrite -i in -o out -N 10.0.0.0/8:[fd00::/8] -S 10.0.0.0/8:11.0.0.0/8", "--pnat and --srcipmap do not go together", "--pnat 10.0.0.0/8:[fd00::/8]:")]
    [InlineData("rewrite -i in -o out -e 1.1.1.1:2.2.2.2 --mtu=1", "--mtu 1:", "--endpoints needs")]
    [InlineData("rewrite -i nothing-here -o out", "nothing-here: no such file")]
    [InlineData("prep -i in -o out -p -a client", "say one way to split")]
    [InlineData("prep -p -r (", "say one way to split", "--regex (:", "--pcap is missing", "--cachefile is missing")]
    [InlineData("prep -i in -o out -p -x Q:1", "--include Q:1:")]
    public async Task Commands_OfMistakes_SayAllOfThem_OneLineEach(string arguments, params string[] expected)
    {
        using LabProcess process = LabProcess.Start(null, Command, arguments.Split(' '));
        Assert.Equal(2, await process.Exit());
        Assert.Equal(expected.Length, process.Errors.Count);
        Assert.All(expected, e => Assert.Contains(process.Errors, l => l.StartsWith($"pcap-replay: {e}", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Texts(string path) => RewriteOracle.Read(path, int.MaxValue).Select(f => Convert.ToHexString(f.Octets));

    // The packets of which tshark finds a checksum wrong: that of IPv4, and that of the protocol right behind it; what is in a tunnel stays as it is.
    private static async Task<List<string>> Wrong(string path, RewriteFrame[] frames)
    {
        using LabProcess process = LabProcess.Start(
            null, Programs.Tshark, ["-n", "-r", path, "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
            "-T", "fields", "-E", "occurrence=f", .. s_checks.SelectMany(c => (string[])["-e", $"{c}.checksum.status"])]);
        Assert.True(await process.Exit(TimeSpan.FromMinutes(1)) == 0, process.Text);
        Assert.Equal(frames.Length, process.Output.Count);
        return [.. from line in frames.Zip(process.Output, (f, l) => (Frame: f, Cells: l.Split('\t')))
                   from check in new[] { line.Frame.IsIPv4 ? 0 : -1, Array.IndexOf(s_numbers, line.Frame.Protocol) }
                   where check >= 0 && line.Cells[check] is "0" or "Bad"
                   select $"{s_checks[check]} {line.Frame.Name}"];
    }
}
