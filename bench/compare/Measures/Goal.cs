using System.Globalization;

namespace VSwitch.CompareBench.Measures;

/// <summary>What the candidate is to reach in one figure.</summary>
internal sealed record Goal(GoalKind Kind, double Limit, string Text)
{
    public static Goal None { get; } = new(GoalKind.None, double.NaN, "");

    public static Goal RatioAtLeast(double limit) => new(GoalKind.RatioAtLeast, limit, "at least " + Times(limit));

    public static Goal RatioAtMost(double limit) => new(GoalKind.RatioAtMost, limit, "at most " + Times(limit));

    public static Goal ValueAtLeast(double limit, string text) => new(GoalKind.ValueAtLeast, limit, text);

    public static Goal ValueBelow(double limit, string text) => new(GoalKind.ValueBelow, limit, text);

    /// <returns>Null when there is no goal, or nothing was measured.</returns>
    public bool? IsReached(double ratio, double value) => Kind switch
    {
        GoalKind.RatioAtLeast when !double.IsNaN(ratio) => ratio >= Limit,
        GoalKind.RatioAtMost when !double.IsNaN(ratio) => ratio <= Limit,
        GoalKind.ValueAtLeast when !double.IsNaN(value) => value >= Limit,
        GoalKind.ValueBelow when !double.IsNaN(value) => value < Limit,
        _ => null,
    };

    private static string Times(double limit) => limit.ToString("0.00", CultureInfo.InvariantCulture);
}
