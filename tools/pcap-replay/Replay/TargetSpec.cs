namespace VSwitch.PcapReplay.Replay;

/// <summary>An interface that frames go to, as the user wrote it: <c>eth0</c>, <c>eth0@NETNS</c>, <c>eth0,netns=NETNS</c>, <c>tap:NAME[,netns=NETNS]</c>.</summary>
/// <param name="Name">The interface's name.</param>
/// <param name="Namespace">The namespace that it is in; null for the one that the command runs in.</param>
/// <param name="IsTap">A TAP is opened, or made, and frames come into the kernel by it.</param>
internal sealed record TargetSpec(string Name, string? Namespace, bool IsTap)
{
    private const string TapPrefix = "tap:";
    private const string NamespaceKey = "netns=";

    internal static TargetSpec Parse(string option, string text, List<string> problems)
    {
        bool isTap = text.StartsWith(TapPrefix, StringComparison.Ordinal);
        string[] parts = text[(isTap ? TapPrefix.Length : 0)..].Split(',');
        string name = parts[0];
        string? place = null;
        int at = name.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            (name, place) = (name[..at], name[(at + 1)..]);
        }

        foreach (string key in parts[1..])
        {
            if (place is null && key.StartsWith(NamespaceKey, StringComparison.Ordinal))
            {
                place = key[NamespaceKey.Length..];
            }
            else
            {
                problems.Add($"{option} '{text}': '{key}' is not known behind the name: write NAME, NAME@NETNS or tap:NAME,netns=NETNS");
            }
        }

        if (name.Length == 0 || place?.Length == 0)
        {
            problems.Add($"{option} '{text}' names no {(name.Length == 0 ? "interface" : "namespace")}: write NAME, NAME@NETNS or tap:NAME,netns=NETNS");
        }

        return new(name, place, isTap);
    }
}
