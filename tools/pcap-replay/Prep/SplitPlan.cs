using VSwitch.Captures.Splitting;

namespace VSwitch.PcapReplay.Prep;

/// <summary>How a command line wants traffic split.</summary>
/// <param name="Splitter">Null where a first pass has to find out (<paramref name="Mode"/>).</param>
/// <param name="Mode">The automatic mode; null without one.</param>
/// <param name="Choice">Which side gets what.</param>
/// <param name="Ratio">Of automatic modes.</param>
/// <param name="MinMask">Of the router mode.</param>
/// <param name="MaxMask">Of the router mode.</param>
/// <param name="Rule">What is included or excluded; null for everything.</param>
/// <param name="Excludes">The rule excludes.</param>
internal sealed record SplitPlan(ISplitter? Splitter, HostMode? Mode, SideChoice Choice, double Ratio, int MinMask, int MaxMask, IPacketRule? Rule, bool Excludes)
{
    /// <summary>The splitter of the second pass.</summary>
    /// <param name="roles">What the first pass found; null where there was none.</param>
    internal ISplitter Finish(HostRoles? roles)
    {
        ISplitter splitter = Splitter ?? roles!.Decide(Mode!.Value, Choice, Ratio, MinMask, MaxMask);
        return Rule is null ? splitter : new SelectingSplitter(splitter, Rule, Excludes);
    }
}
