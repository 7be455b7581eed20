using System.CommandLine;
using System.Globalization;
using System.Numerics;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Rewrite;

/// <summary>A command line that is being read, and what is wrong with it.</summary>
internal sealed class OptionReading(ParseResult parsed, List<string> problems)
{
    internal List<string> Problems => problems;

    internal bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };

    internal void Needs(Option option, Option other)
    {
        if (Has(option) && !Has(other))
        {
            problems.Add($"{option.Name} is for {other.Name}: say that, too, or leave {option.Name} away");
        }
    }

    internal void Conflict(Option option, params Option[] others)
    {
        foreach (Option other in others.Where(o => Has(option) && Has(o)))
        {
            problems.Add($"{option.Name} and {other.Name} do not go together: leave one away");
        }
    }

    internal T One<T>(Option option, string text, TryParseOption<T> parse, string wanted)
    {
        if (!parse(text, out T value))
        {
            problems.Add($"{option.Name} {Printable.Of(text)}: give {wanted}");
        }

        return value;
    }

    internal T? Class<T>(Option<string?> option, TryParseOption<T?> parse, string wanted)
        where T : class => parsed.GetValue(option) is { } text ? One(option, text, parse, wanted) : null;

    internal T? Struct<T>(Option<string?> option, TryParseOption<T> parse, string wanted)
        where T : struct => parsed.GetValue(option) is { } text ? One(option, text, parse, wanted) : null;

    internal T? Number<T>(Option<string?> option, T min, T max)
        where T : struct, IBinaryInteger<T> => Struct(
            option, (string text, out T value) => RewriteText.TryParseNumber(text, min, max, out value), string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));

    internal T? Word<T>(Option<string?> option, params (string Word, T Value)[] words)
        where T : struct
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return null;
        }

        foreach ((string word, T value) in words)
        {
            if (word == text)
            {
                return value;
            }
        }

        problems.Add($"{option.Name} {Printable.Of(text)}: say {string.Join(" or ", words.Select(w => w.Word))}");
        return null;
    }
}
