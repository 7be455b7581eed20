using System.Globalization;
using VSwitch.AccessControl;
using VSwitch.Bpf;
using VSwitch.TestKit;

namespace VSwitch.Tests.AccessControl;

public sealed class AccessListParserTests
{
    [Fact]
    public void Text_IsAList()
    {
        List<string> compiled = [];
        AccessList list = AccessListParser.Parse(
            "lan",
            "# no telnet\r\n\r\n  deny\ttcp dst port 23   # at all\r\npermit arp\n#permit\n\t \npermit   \ndeny",
            text =>
            {
                compiled.Add(text);
                return Programs.ArpOnly;
            });
        Assert.Equal("lan", list.Name);
        Assert.Equal(["deny tcp dst port 23", "permit arp", "permit", "deny"], list.Rules.Select(r => r.ToString()));
        Assert.Equal(["tcp dst port 23", "arp"], compiled);
        Assert.Equal(2, list.Find(new FrameBuilder().Build()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n\n")]
    public void TextWithoutRules_DeniesEverything(string text) =>
        Assert.Equal(-1, AccessListParser.Parse("lan", text, Compile).Find(new FrameBuilder().Build()));

    [Fact]
    public void AllProblems_AreToldWithTheirLines()
    {
        const string Text = "permit arp\nallow tcp\n# fine\nPermit\ndeny wrong\r\npermit a\u001b[2J\ndenyall\npermit tcp # \u0007\npermit wrong again";
        AccessListException exception = Assert.Throws<AccessListException>(() => AccessListParser.Parse("lan\u0001", Text, Compile));
        string[] expected =
        [
            "lan?:2: 'allow' is no action: write permit or deny",
            "lan?:4: 'Permit' is no action: write permit or deny",
            "lan?:5: 'wrong': syntax?error: see pcap-filter(7), and try it with tcpdump -d",
            "lan?:6: 'a?[2J' has a control character: take it out",
            "lan?:7: 'denyall' is no action: write permit or deny",
            "lan?:9: 'wrong again': syntax?error: see pcap-filter(7), and try it with tcpdump -d",
        ];
        Assert.Equal(expected, exception.Problems);
        Assert.Equal(string.Join('\n', expected), exception.Message);
        Assert.IsAssignableFrom<FormatException>(exception);
    }

    [Fact]
    public void Rules_AreBounded()
    {
        string most = string.Concat(Enumerable.Repeat("deny arp\n", AccessList.MaxRules));
        Assert.Equal(AccessList.MaxRules, AccessListParser.Parse("lan", most + "#\n\n", Compile).Rules.Count);
        AccessListException exception = Assert.Throws<AccessListException>(() => AccessListParser.Parse("lan", most + "permit\npermit\nwrong", Compile));
        Assert.Equal(["lan:4097: more than 4096 rules: leave some out"], exception.Problems);

        string wrong = string.Concat(Enumerable.Repeat("no\n", 100_000));
        Assert.Equal(AccessList.MaxRules + 1, Assert.Throws<AccessListException>(() => AccessListParser.Parse("lan", wrong, Compile)).Problems.Count);
    }

    [Theory]
    [InlineData(AccessListParser.MaxOctets, '#', true)]
    [InlineData(AccessListParser.MaxOctets + 1, '#', false)]
    [InlineData((AccessListParser.MaxOctets / 2) + 1, 'é', false)]
    public void Text_IsBoundedInOctets(int characters, char filler, bool fits)
    {
        string text = "#" + new string(filler, characters - 1);
        string[]? problems = [.. (Record.Exception(() => AccessListParser.Parse("lan", text, Compile)) as AccessListException)?.Problems ?? []];
        Assert.Equal(fits ? [] : ["lan:1: more than 1048576 octets of text: leave some out"], problems);
    }

    [Fact]
    public void LongWords_AreQuotedInPart()
    {
        string text = new('x', 100_000);
        string problem = Assert.Single(Assert.Throws<AccessListException>(() => AccessListParser.Parse("lan", text, Compile)).Problems);
        Assert.InRange(problem.Length, 40, 120);
    }

    /// <summary>What is wrong with the machine is no problem of the text.</summary>
    [Fact]
    public void OtherExceptions_EndTheReading() => Assert.Throws<InvalidOperationException>(() =>
        AccessListParser.Parse("lan", "wrong\npermit arp", _ => throw new InvalidOperationException()));

    [Fact]
    public void AnyText_IsAListOrAnException()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        string[] words = ["permit", "deny", " ", "\t", "\n", "\r\n", "\r", "#", "arp", "wrong", "\0", "\u2028", "\ud800", "é", "'", "{0}"];
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => words[random.Next(words.Length)]));
            Exception? exception = Record.Exception(() => AccessListParser.Parse("lan", text, Compile));
            Assert.True(exception is null or AccessListException, string.Create(CultureInfo.InvariantCulture, $"seed {Seed}, text {i}: {exception}"));
            Assert.True(exception is not AccessListException wrong || wrong.Problems.All(p => !p.Any(char.IsControl)), $"seed {Seed}, text {i}");
        }
    }

    private static BpfProgram Compile(string expression) =>
        expression.StartsWith("wrong", StringComparison.Ordinal) ? throw new FormatException($"'{expression}': syntax\nerror") : Programs.ArpOnly;
}
