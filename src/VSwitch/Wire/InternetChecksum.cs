using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VSwitch.Wire;

/// <summary>The one's complement sum of 16-bit words that IPv4, TCP, UDP and ICMP carry as their checksum.</summary>
/// <remarks>
/// A sum is the folded 16 bits, read as the field on the wire reads; the checksum is its complement. Words of 32 and 64 bits give the same sum when
/// folded, and so do octet-swapped words when the result is swapped back: so any width of vector may do the work. Source: RFC 1071, sections 1 and 2;
/// updates of a finished sum: RFC 1624.
/// </remarks>
internal static class InternetChecksum
{
    // Where a 512-bit loop repays the clock that some processors take for it, and its longer tail.
    private const int LongOctets = 1024;

    /// <summary>Sums octets; an odd one at the end counts as the high half of a word.</summary>
    public static ushort Sum(ReadOnlySpan<byte> octets)
    {
        if (Vector512.IsHardwareAccelerated && octets.Length >= LongOctets)
        {
            return Sum512(octets);
        }

        if (Vector256.IsHardwareAccelerated && octets.Length >= 2 * Vector256<byte>.Count)
        {
            return Sum256(octets);
        }

        return Vector128.IsHardwareAccelerated && octets.Length >= 2 * Vector128<byte>.Count
            ? Sum128(octets)
            : ToWire(SumWords(octets));
    }

    /// <summary>Adds two sums, for instance those of a pseudo-header and of a segment of even length.</summary>
    public static ushort Add(ushort left, ushort right)
    {
        uint sum = (uint)left + right;
        return (ushort)(sum + (sum >> 16)); // the end-around carry
    }

    /// <summary>Takes a sum, or a word that was summed, out of a sum.</summary>
    public static ushort Subtract(ushort sum, ushort part) => Add(sum, (ushort)~part);

    /// <summary>Sums what was summed before with the octets behind it, as if they were in one piece.</summary>
    /// <param name="sum">The sum of the octets in front.</param>
    /// <param name="at">How many those are: behind an odd number of them each octet counts in the other half of a word.</param>
    /// <param name="octets">The next piece.</param>
    public static ushort Append(ushort sum, int at, ReadOnlySpan<byte> octets)
    {
        ushort piece = Sum(octets);
        return Add(sum, (at & 1) == 0 ? piece : (ushort)((piece << 8) | (piece >> 8)));
    }

    /// <summary>Sums the pseudo-header that TCP, UDP and ICMPv6 protect.</summary>
    /// <param name="addresses">Source and destination address, as they stand behind each other in the IP header: 8 or 32 octets.</param>
    /// <param name="protocol">The upper layer.</param>
    /// <param name="length">Octets of its header and payload.</param>
    /// <remarks>Sources: RFC 9293, section 3.1; RFC 8200, section 8.1. The order of the words differs; the sum does not.</remarks>
    public static ushort PseudoHeader(ReadOnlySpan<byte> addresses, IpProtocol protocol, int length)
    {
        ushort sum = Add(Sum(addresses), (ushort)protocol);
        return Add(Add(sum, (ushort)(length >> 16)), (ushort)length);
    }

    /// <summary>Sums by 128-bit vectors, whatever the processor is best at.</summary>
    internal static ushort Sum128(ReadOnlySpan<byte> octets)
    {
        // A lane holds the sum of 32-bit words in 64 bits: no span is long enough for a carry to get lost.
        // Two pairs of sums, so that an addition does not wait for the one before it.
        ReadOnlySpan<Vector128<ulong>> vectors = MemoryMarshal.Cast<byte, Vector128<ulong>>(octets);
        Vector128<ulong> mask = Vector128.Create((ulong)uint.MaxValue);
        Vector128<ulong> low = default, high = default, low2 = default, high2 = default;
        int i = 0;
        for (; i < vectors.Length - 1; i += 2)
        {
            low += vectors[i] & mask;
            high += vectors[i] >>> 32;
            low2 += vectors[i + 1] & mask;
            high2 += vectors[i + 1] >>> 32;
        }

        ulong sum = Vector128.Sum(low + high + low2 + high2);
        return ToWire(sum + SumWords(octets[(i * Vector128<byte>.Count)..]));
    }

    /// <summary>Sums by 256-bit vectors, whatever the processor is best at.</summary>
    internal static ushort Sum256(ReadOnlySpan<byte> octets)
    {
        ReadOnlySpan<Vector256<ulong>> vectors = MemoryMarshal.Cast<byte, Vector256<ulong>>(octets);
        Vector256<ulong> mask = Vector256.Create((ulong)uint.MaxValue);
        Vector256<ulong> low = default, high = default, low2 = default, high2 = default;
        int i = 0;
        for (; i < vectors.Length - 1; i += 2)
        {
            low += vectors[i] & mask;
            high += vectors[i] >>> 32;
            low2 += vectors[i + 1] & mask;
            high2 += vectors[i + 1] >>> 32;
        }

        ulong sum = Vector256.Sum(low + high + low2 + high2);
        return ToWire(sum + SumWords(octets[(i * Vector256<byte>.Count)..]));
    }

    /// <summary>Sums by 512-bit vectors, whatever the processor is best at.</summary>
    internal static ushort Sum512(ReadOnlySpan<byte> octets)
    {
        ReadOnlySpan<Vector512<ulong>> vectors = MemoryMarshal.Cast<byte, Vector512<ulong>>(octets);
        Vector512<ulong> mask = Vector512.Create((ulong)uint.MaxValue);
        Vector512<ulong> low = default, high = default, low2 = default, high2 = default;
        int i = 0;
        for (; i < vectors.Length - 1; i += 2)
        {
            low += vectors[i] & mask;
            high += vectors[i] >>> 32;
            low2 += vectors[i + 1] & mask;
            high2 += vectors[i + 1] >>> 32;
        }

        ulong sum = Vector512.Sum(low + high + low2 + high2);
        return ToWire(sum + SumWords(octets[(i * Vector512<byte>.Count)..]));
    }

    // Sums in the processor's order of octets, not folded.
    private static ulong SumWords(ReadOnlySpan<byte> octets)
    {
        ulong sum = 0;
        while (octets.Length >= sizeof(ulong))
        {
            ulong words = MemoryMarshal.Read<ulong>(octets);
            sum += (words & uint.MaxValue) + (words >> 32);
            octets = octets[sizeof(ulong)..];
        }

        if (octets.Length >= sizeof(uint))
        {
            sum += MemoryMarshal.Read<uint>(octets);
            octets = octets[sizeof(uint)..];
        }

        if (octets.Length >= sizeof(ushort))
        {
            sum += MemoryMarshal.Read<ushort>(octets);
            octets = octets[sizeof(ushort)..];
        }

        if (octets.Length != 0)
        {
            sum += BitConverter.IsLittleEndian ? octets[0] : (uint)octets[0] << 8;
        }

        return sum;
    }

    // Folds to 16 bits, and turns them as the wire has them.
    private static ushort ToWire(ulong sum)
    {
        sum = (sum & uint.MaxValue) + (sum >> 32);
        sum = (sum & ushort.MaxValue) + ((sum >> 16) & ushort.MaxValue) + (sum >> 32);
        sum = (sum & ushort.MaxValue) + (sum >> 16);
        var folded = (ushort)(sum + (sum >> 16));
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(folded) : folded;
    }
}
