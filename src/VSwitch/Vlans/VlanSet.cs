using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text;
using VSwitch.Identifiers;

namespace VSwitch.Vlans;

/// <summary>Some of the VLANs 1 to 4094. Immutable.</summary>
public sealed class VlanSet : IEquatable<VlanSet>, ISpanParsable<VlanSet>
{
    private const int Last = 4094;
    private const int Words = 4096 / 64;

    private readonly ulong[] _words;
    private int _hash; // 0 until it is asked for: ports are grouped by their VLANs at each change of the switch

    private VlanSet(ulong[] words) => _words = words;

    /// <summary>A set of single VLANs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is none of 1 to 4094.</exception>
    public VlanSet(params ReadOnlySpan<VlanId> vlans)
    {
        _words = new ulong[Words];
        foreach (VlanId vlan in vlans)
        {
            Add(_words, vlan.Value, vlan.Value);
        }
    }

    /// <summary>No VLAN.</summary>
    public static VlanSet Empty { get; } = new(new ulong[Words]);

    /// <summary>All VLANs.</summary>
    public static VlanSet All { get; } = Range(new(1), new(Last));

    /// <summary>How many.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in _words)
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    /// <summary>All VLANs from the first to the last, both included.</summary>
    public static VlanSet Range(VlanId first, VlanId last)
    {
        var words = new ulong[Words];
        Add(words, first.Value, last.Value);
        return new(words);
    }

    /// <summary>Whether a VLAN is in the set; 0 and 4095 never are.</summary>
    public bool Contains(VlanId vlan) => (_words[(vlan.Value & 0xFFF) >> 6] & (1UL << vlan.Value)) != 0;

    /// <summary>This set with another.</summary>
    public VlanSet Union(VlanSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var words = new ulong[Words];
        for (int i = 0; i < Words; i++)
        {
            words[i] = _words[i] | other._words[i];
        }

        return new(words);
    }

    /// <summary>The VLANs, in ascending order.</summary>
    public IEnumerable<VlanId> Members()
    {
        for (int vid = 1; vid <= Last; vid++)
        {
            if (Contains(new((ushort)vid)))
            {
                yield return new((ushort)vid);
            }
        }
    }

    /// <summary>Parses <c>10+20+30-40</c>, <c>all</c> or <c>none</c>; commas instead of plus signs are taken too.</summary>
    /// <exception cref="FormatException">The text is no list of VLANs from 1 to 4094.</exception>
    public static VlanSet Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out VlanSet? set) ? set : throw new FormatException($"'{s}' is no list of VLANs from 1 to {Last}, such as 10+20+30-40");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static VlanSet Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <summary>Parses like <see cref="Parse(string, IFormatProvider?)"/>, without throwing.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [MaybeNullWhen(false)] out VlanSet result)
    {
        result = s is "all" ? All : s is "none" ? Empty : null;
        if (result is not null)
        {
            return true;
        }

        var words = new ulong[Words];
        foreach (Range part in s.SplitAny('+', ','))
        {
            ReadOnlySpan<char> text = s[part];
            int dash = text.IndexOf('-');
            if (!TryParseVlan(dash < 0 ? text : text[..dash], out ushort first) || !TryParseVlan(dash < 0 ? text : text[(dash + 1)..], out ushort last)
                || last < first)
            {
                return false;
            }

            Add(words, first, last);
        }

        result = new(words);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out VlanSet)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out VlanSet result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>Whether both hold the same VLANs.</summary>
    public bool Equals(VlanSet? other) => other is not null && _words.AsSpan().SequenceEqual(other._words);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VlanSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_hash != 0)
        {
            return _hash;
        }

        var hash = new HashCode();
        foreach (ulong word in _words)
        {
            hash.Add(word);
        }

        return _hash = hash.ToHashCode();
    }

    /// <summary>As <see cref="Parse(string, IFormatProvider?)"/> takes it, runs drawn together.</summary>
    public override string ToString()
    {
        if (Equals(All))
        {
            return "all";
        }

        var text = new StringBuilder();
        for (int vid = 1; vid <= Last; vid++)
        {
            if (!Contains(new((ushort)vid)))
            {
                continue;
            }

            int first = vid;
            while (vid < Last && Contains(new((ushort)(vid + 1))))
            {
                vid++;
            }

            text.Append(text.Length > 0 ? "+" : "").Append(CultureInfo.InvariantCulture, $"{first}");
            if (vid > first)
            {
                text.Append(CultureInfo.InvariantCulture, $"-{vid}");
            }
        }

        return text.Length > 0 ? text.ToString() : "none";
    }

    private static bool TryParseVlan(ReadOnlySpan<char> text, out ushort vid) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out vid) && vid is >= 1 and <= Last;

    private static void Add(ulong[] words, int first, int last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(last, Last);
        for (int vid = first; vid <= last; vid++)
        {
            words[vid >> 6] |= 1UL << vid;
        }
    }
}
