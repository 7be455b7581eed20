using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VSwitch.Identifiers;

/// <summary>A 48-bit MAC address (EUI-48), the first octet on the wire in the highest bits.</summary>
/// <param name="Value">The 48 bits; the 16 above are zero.</param>
/// <remarks>Source: IEEE Std 802-2014, clause 8.</remarks>
public readonly record struct MacAddress(ulong Value) : ISpanParsable<MacAddress>
{
    /// <summary>Octets of an address on the wire.</summary>
    public const int Length = 6;

    private const ulong Mask = 0xFFFF_FFFF_FFFF;
    private const ulong GroupBit = 1UL << 40;
    private const ulong LocalBit = 1UL << 41;

    /// <summary>ff:ff:ff:ff:ff:ff, every station.</summary>
    public static MacAddress Broadcast => new(Mask);

    /// <summary>Makes a locally administered address of a name: the same name, the same address.</summary>
    internal static MacAddress FromName(ReadOnlySpan<char> name)
    {
        ulong hash = 0xCBF2_9CE4_8422_2325; // FNV-1a, 64 bits
        foreach (char c in name)
        {
            hash = (hash ^ c) * 0x100_0000_01B3;
        }

        ulong mixed = Math.BigMul(hash, 0x9E37_79B9_7F4A_7C15, out ulong low) ^ low;
        return new(((mixed & Mask) | LocalBit) & ~GroupBit);
    }

    /// <summary>The I/G bit: a group of stations, multicast or broadcast; never a legal source.</summary>
    public bool IsGroup => (Value & GroupBit) != 0;

    /// <summary>All 48 bits are zero: no station has it.</summary>
    public bool IsZero => Value == 0;

    /// <summary>The U/L bit: given by an administrator, not by a manufacturer.</summary>
    public bool IsLocallyAdministered => (Value & LocalBit) != 0;

    /// <summary>An address that may stand as the source of a frame: not a group, not zero.</summary>
    public bool IsStation => (Value & GroupBit) == 0 && Value != 0;

    /// <summary>Reads the six octets at the front of <paramref name="octets"/>.</summary>
    public static MacAddress Read(ReadOnlySpan<byte> octets) =>
        new(((ulong)BinaryPrimitives.ReadUInt32BigEndian(octets) << 16) | BinaryPrimitives.ReadUInt16BigEndian(octets[4..]));

    /// <summary>Writes the six octets to the front of <paramref name="octets"/>.</summary>
    public void Write(Span<byte> octets)
    {
        BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)(Value >> 16));
        BinaryPrimitives.WriteUInt16BigEndian(octets[4..], (ushort)Value);
    }

    /// <summary>Parses <c>02:00:5e:10:00:01</c>; hyphens instead of colons are taken too.</summary>
    /// <exception cref="FormatException">The text is not six two-digit hexadecimal octets.</exception>
    public static MacAddress Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out MacAddress mac) ? mac : throw new FormatException($"'{s}' is not a MAC address");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static MacAddress Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <summary>Parses like <see cref="Parse(string, IFormatProvider?)"/>, without throwing.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MacAddress result)
    {
        const int TextLength = (Length * 3) - 1;
        result = default;
        if (s.Length != TextLength)
        {
            return false;
        }

        ulong value = 0;
        for (int i = 0; i < TextLength; i += 3)
        {
            if ((i > 0 && s[i - 1] is not (':' or '-')) ||
                !byte.TryParse(s.Slice(i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte octet))
            {
                return false;
            }

            value = (value << 8) | octet;
        }

        result = new(value);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out MacAddress)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MacAddress result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>Six lower-case hexadecimal octets with colons, as <c>ip link</c> prints them.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(byte)(Value >> 40):x2}:{(byte)(Value >> 32):x2}:{(byte)(Value >> 24):x2}:{(byte)(Value >> 16):x2}:{(byte)(Value >> 8):x2}:{(byte)Value:x2}");
}
