using System.Globalization;
using System.Text;
using VSwitch.Bpf;

namespace VSwitch.AccessControl;

/// <summary>Reads an access list from text: one rule a line, <c>permit</c> or <c>deny</c>, and behind it what the frames have to match.</summary>
/// <remarks>
/// Without an expression, the rule is for all frames. Behind # is a comment; empty lines mean nothing; lines end in LF or CRLF.
/// </remarks>
/// <example><code>
/// # no telnet, no Windows shares
/// deny tcp dst port 23
/// deny tcp dst port 445 or 139
/// permit
/// </code></example>
public static class AccessListParser
{
    /// <summary>Octets of text, in UTF-8, that a list may have.</summary>
    public const int MaxOctets = 1 << 20;

    private const int MaxQuoted = 40;

    private static readonly char[] s_blanks = [' ', '\t'];

    /// <summary>Reads a list.</summary>
    /// <param name="name">The list's name, and the front of each problem.</param>
    /// <param name="text">At most <see cref="MaxOctets"/>, with at most <see cref="AccessList.MaxRules"/> rules.</param>
    /// <param name="compile">Makes a program for Ethernet frames of an expression; throws a <see cref="FormatException"/> when it is wrong. What else it throws ends the reading.</param>
    /// <exception cref="AccessListException">Some lines are wrong: the exception has all of them.</exception>
    public static AccessList Parse(string name, string text, Func<string, BpfProgram> compile)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(compile);
        if (text.Length > MaxOctets || Encoding.UTF8.GetByteCount(text) > MaxOctets)
        {
            throw new AccessListException([Problem(name, 1, $"more than {MaxOctets} octets of text: leave some out")]);
        }

        List<AccessRule> rules = [];
        List<string> problems = [];
        int number = 0;
        foreach (string whole in text.Split('\n'))
        {
            number++;
            string line = Bare(whole);
            if (line.Length == 0)
            {
                continue;
            }

            if (rules.Count + problems.Count == AccessList.MaxRules)
            {
                problems.Add(Problem(name, number, $"more than {AccessList.MaxRules} rules: leave some out"));
                break;
            }

            try
            {
                rules.Add(RuleOf(line, compile));
            }
            catch (FormatException e)
            {
                problems.Add(Problem(name, number, $"{e.Message}"));
            }
        }

        return problems.Count == 0 ? new(name, rules) : throw new AccessListException(problems);
    }

    private static AccessRule RuleOf(string line, Func<string, BpfProgram> compile)
    {
        int end = line.IndexOfAny(s_blanks);
        string action = end < 0 ? line : line[..end];
        string expression = end < 0 ? "" : line[end..].Trim(s_blanks);
        if (action is not ("permit" or "deny"))
        {
            throw new FormatException($"'{Quoted(action)}' is no action: write permit or deny");
        }

        if (expression.Any(c => char.IsControl(c) && c != '\t'))
        {
            throw new FormatException($"'{Quoted(expression)}' has a control character: take it out");
        }

        bool isPermit = action == "permit";
        if (expression.Length == 0)
        {
            return isPermit ? AccessRule.Permit() : AccessRule.Deny();
        }

        BpfProgram filter = Compile(expression, compile);
        return isPermit ? AccessRule.Permit(filter, expression) : AccessRule.Deny(filter, expression);
    }

    private static BpfProgram Compile(string expression, Func<string, BpfProgram> compile)
    {
        try
        {
            return compile(expression);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{e.Message}: see pcap-filter(7), and try it with tcpdump -d", e);
        }
    }

    /// <summary>The line without its comment, its end, and blanks around.</summary>
    private static string Bare(string line)
    {
        int comment = line.IndexOf('#', StringComparison.Ordinal);
        ReadOnlySpan<char> bare = comment < 0 ? line.AsSpan() : line.AsSpan(0, comment);
        return bare.TrimEnd('\r').Trim(s_blanks).ToString();
    }

    private static string Quoted(string text) => text.Length <= MaxQuoted ? text : $"{text.AsSpan(0, MaxQuoted)}...";

    private static string Problem(string name, int line, FormattableString problem)
    {
        string text = $"{name}:{line.ToString(CultureInfo.InvariantCulture)}: {problem.ToString(CultureInfo.InvariantCulture)}";
        return string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
    }
}
