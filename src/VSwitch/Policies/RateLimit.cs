using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VSwitch.Policies;

/// <summary>At most so much in a second, in frames or in bits, with a burst that may come at once (a token bucket).</summary>
public sealed record RateLimit : ISpanParsable<RateLimit>
{
    // As tc has them, largest first: thousands in rates, 1024 in octets.
    private static readonly (string Name, long Factor)[] s_bits =
        [("tbit", 1_000_000_000_000), ("gbit", 1_000_000_000), ("mbit", 1_000_000), ("kbit", 1000), ("bit", 1)];

    private static readonly (string Name, long Factor)[] s_frames = [("mpps", 1_000_000), ("kpps", 1000), ("pps", 1)];
    private static readonly (string Name, long Factor)[] s_octets = [("m", 1024 * 1024), ("k", 1024), ("", 1)];
    private static readonly (string Name, long Factor)[] s_plain = [("", 1)];

    private const long MaxFramesPerSecond = 1_000_000_000;
    private const long MinBitsPerSecond = 1000;
    private const long MaxBitsPerSecond = 1_000_000_000_000;
    private const long MaxBurst = 1_000_000_000;

    private RateLimit(long perSecond, bool isFrames, long burst) => (PerSecond, IsFrames, Burst) = (perSecond, isFrames, burst);

    /// <summary>The least burst of octets: a super-frame of 64 KiB must fit, or it would never pass.</summary>
    public const long LeastBurstOctets = 64 * 1024 + 64;

    /// <summary>Frames or bits a second.</summary>
    public long PerSecond { get; }

    /// <summary>Frames are counted; otherwise the bits of the frames, from the Ethernet header on, without FCS.</summary>
    public bool IsFrames { get; }

    /// <summary>What may come at once after a pause: frames, or octets.</summary>
    public long Burst { get; }

    /// <summary>A limit in frames a second.</summary>
    /// <param name="perSecond">1 to 1,000,000,000.</param>
    /// <param name="burst">Frames at once, 1 to 1,000,000,000; null for a tenth of a second's, and at least one.</param>
    public static RateLimit Frames(long perSecond, long? burst = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(perSecond is >= 1 and <= MaxFramesPerSecond, true, nameof(perSecond));
        ArgumentOutOfRangeException.ThrowIfNotEqual(burst is null or (>= 1 and <= MaxBurst), true, nameof(burst));
        return new(perSecond, isFrames: true, burst ?? DefaultBurst(perSecond, isFrames: true));
    }

    /// <summary>A limit in bits a second.</summary>
    /// <param name="perSecond">1,000 to 1,000,000,000,000.</param>
    /// <param name="burstOctets">
    /// Octets at once, up to 1,000,000,000, and made <see cref="LeastBurstOctets"/> if less; null for a hundredth of a second's, within the same bounds.
    /// </param>
    public static RateLimit Bits(long perSecond, long? burstOctets = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(perSecond is >= MinBitsPerSecond and <= MaxBitsPerSecond, true, nameof(perSecond));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(burstOctets ?? 0, MaxBurst, nameof(burstOctets));
        return new(perSecond, isFrames: false, Math.Max(LeastBurstOctets, burstOctets ?? DefaultBurst(perSecond, isFrames: false)));
    }

    /// <summary>Parses a rate, and a burst behind a colon if one is given: <c>100mbit</c>, <c>1gbit:128k</c>, <c>1000pps:50</c>. Capitals are taken too.</summary>
    /// <remarks>
    /// Rates are whole numbers of <c>bit</c>, <c>kbit</c>, <c>mbit</c>, <c>gbit</c>, <c>tbit</c>, <c>pps</c>, <c>kpps</c> or <c>mpps</c>, in thousands. Bursts are frames, or octets
    /// with <c>k</c> for 1024 of them and <c>m</c> for 1024 times as many.
    /// </remarks>
    /// <exception cref="FormatException">The text is no such limit, or one that <see cref="Frames"/> or <see cref="Bits"/> would not take.</exception>
    public static RateLimit Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out RateLimit? limit) ? limit : throw new FormatException($"'{s}' is no limit such as 100mbit, 1gbit:128k or 1000pps:50");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static RateLimit Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <summary>Parses like <see cref="Parse(string, IFormatProvider?)"/>, without throwing.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [MaybeNullWhen(false)] out RateLimit result)
    {
        result = null;
        int colon = s.IndexOf(':');
        ReadOnlySpan<char> rate = colon < 0 ? s : s[..colon];
        bool isFrames = rate.EndsWith("pps", StringComparison.OrdinalIgnoreCase);
        long? burst = null;
        if (colon >= 0)
        {
            if (!TryParse(s[(colon + 1)..], isFrames ? s_plain : s_octets, MaxBurst, out long given))
            {
                return false;
            }

            burst = given;
        }

        if (!TryParse(rate, isFrames ? s_frames : s_bits, isFrames ? MaxFramesPerSecond : MaxBitsPerSecond, out long perSecond)
            || (!isFrames && perSecond < MinBitsPerSecond))
        {
            return false;
        }

        result = isFrames ? Frames(perSecond, burst) : Bits(perSecond, burst);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out RateLimit)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out RateLimit result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>As <see cref="Parse(string, IFormatProvider?)"/> takes it, the burst only if it is not the one that goes without saying.</summary>
    public override string ToString()
    {
        string rate = Format(PerSecond, IsFrames ? s_frames : s_bits);
        return Burst == DefaultBurst(PerSecond, IsFrames) ? rate : $"{rate}:{Format(Burst, IsFrames ? s_plain : s_octets)}";
    }

    private static long DefaultBurst(long perSecond, bool isFrames) =>
        isFrames ? Math.Max(1, perSecond / 10) : Math.Clamp(perSecond / 8 / 100, LeastBurstOctets, MaxBurst);

    // The units stand largest first, and each but the last ends in it: the first that fits the text is the one.
    private static bool TryParse(ReadOnlySpan<char> text, ReadOnlySpan<(string Name, long Factor)> units, long max, out long value)
    {
        value = 0;
        foreach ((string name, long factor) in units)
        {
            if (text.EndsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                bool fits = long.TryParse(text[..^name.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                    && count >= 1 && count <= max / factor;
                value = fits ? count * factor : 0;
                return fits;
            }
        }

        return false;
    }

    private static string Format(long value, ReadOnlySpan<(string Name, long Factor)> units)
    {
        foreach ((string name, long factor) in units)
        {
            if (value % factor == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{value / factor}{name}");
            }
        }

        return "";
    }
}
