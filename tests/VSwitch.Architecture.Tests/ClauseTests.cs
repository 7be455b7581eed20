using System.Text.RegularExpressions;

namespace VSwitch.Architecture.Tests;

/// <summary>Every clause of the two documents that this project implements has a test that carries its number.</summary>
public sealed partial class ClauseTests
{
    /// <summary>The clauses: a letter for each piece, and how many it has.</summary>
    private static readonly (char Piece, int Clauses)[] s_pieces =
    [
        ('T', 10), // IPacketDevice
        ('E', 1),  // DeviceError
        ('C', 2),  // PacketCopy
        ('P', 4),  // DevicePipe, PacketChannel
        ('K', 1),  // CallbackDevice
        ('I', 4),  // PacketStream
        ('F', 4),  // Forwarder, PointToPoint
        ('D', 7),  // DetachedDevice
        ('J', 11), // Joiner
        ('S', 10), // Splitter
        ('L', 9),  // L2Dev, L3Dev
    ];

    /// <summary>Clauses that nobody has got to yet. It only ever gets shorter.</summary>
    private static readonly string[] s_open = [];

    [Fact]
    public void EveryClause_HasATest()
    {
        HashSet<string> tested = [.. Tested()];
        Assert.Empty(Clauses().Except(s_open).Where(c => !tested.Contains(c)).Select(c => $"{c} has no test"));
    }

    [Fact]
    public void OpenClauses_HaveNoTest()
    {
        HashSet<string> tested = [.. Tested()];
        Assert.Empty(s_open.Where(tested.Contains).Select(c => $"{c} has a test: take it off the list of open clauses"));
    }

    [Fact]
    public void TestsNameNoClauseThatDoesNotExist() => Assert.Empty(Tested().Concat(s_open).Except(Clauses()));

    private static IEnumerable<string> Clauses() => s_pieces.SelectMany(p => Enumerable.Range(1, p.Clauses).Select(i => $"{p.Piece}{i}"));

    private static IEnumerable<string> Tested() =>
        Repository.Sources("tests").SelectMany(f => f.Code).SelectMany(l => Clause().Matches(l)).Select(m => m.Groups[1].Value);

    [GeneratedRegex("^\\[Trait\\(\"Clause\", \"([A-Z][0-9]+)\"\\)\\]")]
    private static partial Regex Clause();
}
