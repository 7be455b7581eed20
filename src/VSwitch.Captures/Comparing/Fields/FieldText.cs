using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Captures.Comparing.Fields;

/// <summary>The value of a field, in words.</summary>
internal static class FieldText
{
    private const int MaxOctets = 16;
    private const string FlagNames = "FSRPAUEW"; // from the lowest bit on, as tcpdump has them

    internal static string Of(FieldSlice slice, ReadOnlySpan<byte> frame) => ComparedFields.FormatOf(slice.Field) switch
    {
        FieldFormat.Number when slice.IsNumber => slice.Value(frame).ToString(CultureInfo.InvariantCulture),
        FieldFormat.Hex when slice.IsNumber => $"0x{slice.Value(frame).ToString($"x{(slice.Bits + 3) / 4}", CultureInfo.InvariantCulture)}",
        FieldFormat.Mac => MacAddress.Read(slice.Octets(frame)).ToString(),
        FieldFormat.Address => new IPAddress(slice.Octets(frame)).ToString(),
        FieldFormat.TcpFlags => Flags((int)slice.Value(frame)),
        FieldFormat.Timestamps => Timestamps(slice.Octets(frame)),
        _ => Hex(slice.Octets(frame)),
    };

    private static string Hex(ReadOnlySpan<byte> octets) =>
        octets.Length <= MaxOctets ? $"0x{Convert.ToHexStringLower(octets)}" : $"0x{Convert.ToHexStringLower(octets[..MaxOctets])}...";

    private static string Timestamps(ReadOnlySpan<byte> octets) =>
        string.Create(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt32BigEndian(octets)}/{BinaryPrimitives.ReadUInt32BigEndian(octets[4..])}");

    private static string Flags(int flags)
    {
        string names = string.Concat(FlagNames.Where((_, bit) => (flags & (1 << bit)) != 0));
        string reserved = flags >> FlagNames.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"+0x{flags & 0xF00:x3}");
        return $"[{(names.Length == 0 ? "." : names)}{reserved}]";
    }
}
