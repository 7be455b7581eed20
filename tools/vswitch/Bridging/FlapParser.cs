using VSwitch.Policies;
using VSwitch.Terminal;

namespace VSwitch.Tool.Bridging;

/// <summary>Reads <c>[moves=N][,window=TIME][,hold=TIME]</c>.</summary>
internal static class FlapParser
{
    private const int MaxMoves = 1000;

    private static readonly string[] s_keys = ["moves", "window", "hold"];
    private static readonly TimeRange s_windows = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), "100ms to 1h");
    private static readonly TimeRange s_holds = new(TimeSpan.Zero, TimeSpan.FromDays(1), "0s to 24h");

    /// <param name="text">The value; null without the option.</param>
    /// <param name="problems">Takes what is wrong.</param>
    internal static FlapOptions? Parse(string? text, List<string> problems)
    {
        if (text is null)
        {
            return null;
        }

        var option = new OptionText("--flap", text, s_keys, problems);
        option.Require(option.Head.Length == 0, $"'{option.Head}' is not key=value: write moves=5,window=10s,hold=30s");
        var unsaid = new FlapOptions();
        int moves = unsaid.Moves;
        if (option["moves"] is { } value)
        {
            option.Require(Quantity.TryParseCount(value, 2, MaxMoves, out moves), $"moves '{value}' is not a number from 2 to {MaxMoves}");
        }

        return new FlapOptions
        {
            Moves = moves,
            Window = s_windows.Read(option, "window", unsaid.Window),
            HoldDown = s_holds.Read(option, "hold", unsaid.HoldDown),
        };
    }
}
