using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace VSwitch.Identifiers;

/// <summary>An IP address with the length of its network's prefix, such as 10.0.0.1/24; the host bits stay.</summary>
public readonly record struct IpPrefix : ISpanParsable<IpPrefix>
{
    private const int IPv4Bits = 32;
    private const int IPv6Bits = 128;

    private readonly IPAddress? _address;

    /// <param name="address">IPv4 or IPv6.</param>
    /// <param name="length">Bits of the prefix: 0 to 32, or to 128.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length does not fit the family.</exception>
    public IpPrefix(IPAddress address, int length)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Bits(address));
        _address = address;
        Length = length;
    }

    /// <summary>The address, host bits included; 0.0.0.0 of the default value.</summary>
    public IPAddress Address => _address ?? IPAddress.Any;

    /// <summary>Bits of the prefix.</summary>
    public int Length { get; }

    /// <summary>IPv6, not IPv4.</summary>
    public bool IsIPv6 => Bits(Address) == IPv6Bits;

    /// <summary>The network's address: host bits zero, and of IPv6 the 128 bits as they are, mapped ones too.</summary>
    internal IpAddressKey Key
    {
        get
        {
            IpAddressKey address = KeyOf(Address);
            IpAddressKey mask = MaskOf(KeyLength);
            return new(address.High & mask.High, address.Low & mask.Low);
        }
    }

    /// <summary>Bits of <see cref="Key"/> that the prefix fixes: an IPv4 address stands in the last 32 of 128.</summary>
    internal int KeyLength => IsIPv6 ? Length : Length + IPv6Bits - IPv4Bits;

    /// <summary>The same prefix with the host bits zero: the network.</summary>
    public IpPrefix Network
    {
        get
        {
            byte[] octets = Address.GetAddressBytes();
            for (int i = 0; i < octets.Length; i++)
            {
                int kept = Math.Clamp(Length - (i * 8), 0, 8);
                octets[i] &= (byte)(0xFF00 >> kept);
            }

            return new(new IPAddress(octets), Length);
        }
    }

    /// <summary>Parses <c>10.0.0.1/24</c> or <c>fd00::1/64</c>; without a slash the prefix is the whole address.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static IpPrefix Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out IpPrefix prefix) ? prefix : throw new FormatException($"'{s}' is not an address such as 10.0.0.1/24 or fd00::1/64");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, IFormatProvider?)"/>
    public static IpPrefix Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <summary>Parses like <see cref="Parse(string, IFormatProvider?)"/>, without throwing.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IpPrefix result)
    {
        result = default;
        int slash = s.IndexOf('/');
        ReadOnlySpan<char> text = slash < 0 ? s : s[..slash];
        if (!IPAddress.TryParse(text, out IPAddress? address) || !IsStrict(text, address))
        {
            return false;
        }

        int length = Bits(address);
        if (slash >= 0 && (!int.TryParse(s[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > Bits(address)))
        {
            return false;
        }

        result = new(address, length);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, IFormatProvider?, out IpPrefix)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out IpPrefix result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>Address, slash, length.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{Length}");

    /// <summary>Whether an address is of the prefix's family and has its bits.</summary>
    internal bool Contains(IpAddressKey address)
    {
        IpAddressKey mask = MaskOf(KeyLength);
        IpAddressKey network = Key;
        return address.IsIPv4 != IsIPv6 && (address.High & mask.High) == network.High && (address.Low & mask.Low) == network.Low;
    }

    /// <summary>A mask of 128 bits, the upper <paramref name="bits"/> of them ones.</summary>
    internal static IpAddressKey MaskOf(int bits) => new(
        bits >= 64 ? ulong.MaxValue : ~(ulong.MaxValue >> bits),
        bits <= 64 ? 0 : bits >= IPv6Bits ? ulong.MaxValue : ~(ulong.MaxValue >> (bits - 64)));

    /// <summary>The prefix of a key.</summary>
    internal static IpPrefix OfKey(IpAddressKey key, int length, bool isIPv6)
    {
        Span<byte> octets = stackalloc byte[IpAddressKey.Length];
        key.Write(octets);
        return new(new IPAddress(isIPv6 ? octets : octets[12..]), length);
    }

    /// <summary>The key of an address; an IPv4-mapped one of IPv6 becomes that of IPv4.</summary>
    internal static IpAddressKey KeyOf(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[IpAddressKey.Length];
        address.TryWriteBytes(octets, out int written);
        return written == IpAddressKey.Length
            ? new(BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[8..]))
            : IpAddressKey.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(octets));
    }

    // Not by the address family: the core imports no sockets.
    private static int Bits(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[IpAddressKey.Length];
        address.TryWriteBytes(octets, out int written);
        return written * 8;
    }

    // IPAddress.Parse takes "10", "0x0a.0.0.1", "010.0.0.1" (which is 8.0.0.1), and scopes; a configuration means none of these.
    private static bool IsStrict(ReadOnlySpan<char> text, IPAddress address) =>
        Bits(address) == IPv6Bits ? text.IndexOfAny('%', '[') < 0 : text.SequenceEqual(address.ToString());
}
