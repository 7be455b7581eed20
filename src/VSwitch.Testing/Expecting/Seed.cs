using System.Globalization;

namespace VSwitch.Testing.Expecting;

/// <summary>Where all chance of a lab comes from.</summary>
/// <param name="Value">0 or more.</param>
/// <param name="IsGiven">The test names it: each run has the same.</param>
internal readonly record struct Seed(int Value, bool IsGiven)
{
    internal const string Variable = "VSWITCH_SEED";

    /// <exception cref="FormatException">The variable is no number.</exception>
    internal static Seed Choose(int? given)
    {
        if (given is { } value)
        {
            return new(value, IsGiven: true);
        }

        string? text = Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(text) ? new(Random.Shared.Next(), IsGiven: false)
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seed) ? new(seed, IsGiven: false)
            : throw new FormatException($"{Variable} is '{text}': give a whole number");
    }

    /// <summary>The hash seed of a switch.</summary>
    /// <returns>Never zero.</returns>
    internal ulong HashSeed(int number)
    {
        ulong mixed = ((ulong)(uint)Value * 0x9E37_79B9_7F4A_7C15) + (ulong)number + 1; // golden ratio: neighbours come far apart
        return (mixed ^ (mixed >> 29)) | 1;
    }

    /// <summary>How to have it again.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"seed {Value}{(IsGiven ? "" : $": {Variable}={Value} gives the same again")}");
}
