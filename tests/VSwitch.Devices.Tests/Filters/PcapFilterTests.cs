using VSwitch.Bpf;
using VSwitch.Devices.Filters;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests.Filters;

public sealed class PcapFilterTests
{
    public PcapFilterTests() => Libpcap.Require();

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void EmptyExpression_MatchesEverything(string expression)
    {
        Assert.True(PcapFilter.Compile(expression).Matches([]));
        Assert.True(PcapFilter.Compile(expression, LinkLayer.Ip).Matches(new byte[60]));
    }

    [Fact]
    public void Expression_IsCompiledForItsLinkLayer()
    {
        byte[] frame = new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 30, new TcpFields { DestinationPort = 23 }).Build();
        const string Telnet = "tcp dst port 23";
        Assert.True(PcapFilter.Compile(Telnet).Matches(frame));
        Assert.False(PcapFilter.Compile(Telnet).Matches(frame.AsSpan(14)));
        Assert.True(PcapFilter.Compile(Telnet, LinkLayer.Ip).Matches(frame.AsSpan(14)));
        Assert.False(PcapFilter.Compile("tcp dst port 24").Matches(frame));
        Assert.True(PcapFilter.Compile("tcp\tdst port\n23").Matches(frame));
    }

    [Theory]
    [InlineData("tcp port port 80", "'tcp port port 80': can't parse filter expression: syntax error")]
    [InlineData("tcp and", "syntax error")]
    [InlineData("ip and arp", "reject")]
    [InlineData("port 70000", "70000")]
    [InlineData("tcp\0 or something", "'tcp? or something': a control character")]
    [InlineData("\u001b[2J", "a control character")]
    [InlineData("ip protochain 17", "a jump backwards")] // a loop: no kernel runs it either
    [InlineData("inbound", "SKF_AD_PKTTYPE is an extension of the kernel")]
    [InlineData("ifindex 3", "'ifindex 3': ")]
    public void WrongExpression_IsAFormatExceptionOfOneLine(string expression, string words)
    {
        FormatException exception = Assert.Throws<FormatException>(() => PcapFilter.Compile(expression));
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(exception.Message, char.IsControl);
    }

    [Fact]
    public void LongExpression_IsRefused_AndQuotedInPart()
    {
        string expression = new(' ', PcapFilter.MaxLength + 1);
        FormatException exception = Assert.Throws<FormatException>(() => PcapFilter.Compile(expression));
        Assert.EndsWith("8193 characters: at most 8192 are compiled", exception.Message, StringComparison.Ordinal);
        Assert.InRange(exception.Message.Length, 100, 300);
    }

    // No test has a word that libpcap does not know: it would ask a name server for a host of that name.

    /// <summary>Whatever people write or generate: a program, or words, and the process goes on.</summary>
    [Theory]
    [InlineData("(", ")", 4000)]
    [InlineData("not ", "", 2000)]
    [InlineData("vlan and ", "", 900)]
    [InlineData("mpls and ", "", 900)]
    [InlineData("host 10.0.0.1 or ", "", 450)]
    [InlineData("tcp[", "]", 1600)]
    [InlineData("-", "", 8000)]
    public void DeepExpression_IsAProgramOrAFormatException(string before, string behind, int depth)
    {
        string core = before.StartsWith("tcp", StringComparison.Ordinal) || before == "-" ? "0" : "ip";
        string end = core == "0" ? " = 0" : "";
        string expression = string.Concat(Enumerable.Repeat(before, depth)) + core + string.Concat(Enumerable.Repeat(behind, depth)) + end;
        Assert.InRange(expression.Length, 1, PcapFilter.MaxLength + 10);
        Exception? exception = Record.Exception(() => PcapFilter.Compile(expression));
        Assert.True(exception is null or FormatException, exception?.ToString());
    }

    [Fact]
    public async Task ManyThreads_CompileAtOnce()
    {
        byte[] frame = new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 30, new TcpFields { DestinationPort = 23 }).Build();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 200; i++)
            {
                Assert.Equal(i % 50 == 23, PcapFilter.Compile($"tcp dst port {i % 50}").Matches(frame));
                Assert.Throws<FormatException>(() => PcapFilter.Compile($"tcp dst port port {thread}"));
            }
        })));
    }

    [Fact]
    public void Program_IsKeptWhenLibpcapIsDoneWithIt()
    {
        BpfProgram program = PcapFilter.Compile("ether[0] & 1 = 1");
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.True(program.Matches(new byte[] { 0xFF }));
        Assert.False(program.Matches(new byte[] { 0xFE }));
        Assert.False(program.Matches([]));
    }
}
