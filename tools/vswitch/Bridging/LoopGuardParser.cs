using VSwitch.Policies;
using VSwitch.Terminal;

namespace VSwitch.Tool.Bridging;

/// <summary>Reads <c>[probe][,interval=TIME][,heal=TIME]</c> or <c>moves[,moves=N][,heal=TIME]</c>.</summary>
internal static class LoopGuardParser
{
    private const int MaxMoves = 1_000_000;

    private static readonly string[] s_probeKeys = ["interval", "heal"];
    private static readonly string[] s_movesKeys = ["moves", "heal"];
    private static readonly TimeRange s_intervals = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10), "50ms to 10s");
    private static readonly TimeRange s_healTimes = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), "100ms to 1h");

    /// <param name="text">The value; null without the option.</param>
    /// <param name="problems">Takes what is wrong.</param>
    internal static LoopGuardOptions? Parse(string? text, List<string> problems)
    {
        if (text is null)
        {
            return null;
        }

        bool isMoves = text.Split(',')[0] == "moves";
        var option = new OptionText("--loop-guard", text, isMoves ? s_movesKeys : s_probeKeys, problems);
        option.Require(option.Head is "" or "probe" or "moves", $"unknown method '{option.Head}': the methods are probe and moves");
        var unsaid = new LoopGuardOptions();
        int moves = unsaid.Moves;
        if (option["moves"] is { } value)
        {
            option.Require(Quantity.TryParseCount(value, 2, MaxMoves, out moves), $"moves '{value}' is not a number from 2 to {MaxMoves}");
        }

        return new LoopGuardOptions
        {
            Method = isMoves ? LoopGuardMethod.Moves : LoopGuardMethod.Probe,
            ProbeInterval = s_intervals.Read(option, "interval", unsaid.ProbeInterval),
            Moves = moves,
            HealTime = s_healTimes.Read(option, "heal", unsaid.HealTime),
        };
    }
}
