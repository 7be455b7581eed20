using System.Globalization;
using VSwitch.Captures.Comparing.Fields;

namespace VSwitch.Captures.Comparing;

/// <summary>Says in which fields two packets differ.</summary>
internal sealed class ChangeFinder(ComparisonOptions options, FrameMask mask)
{
    private const int MaxTexts = 16;

    private readonly FrameLayout _expectedLayout = new();
    private readonly FrameLayout _actualLayout = new();

    /// <returns>One text for each field; none when there is no difference that counts.</returns>
    internal List<string> Changes(ComparedPacket expected, ComparedPacket actual)
    {
        List<string> texts = [];
        AddFrame(expected, actual, texts);
        AddTime(expected, actual, texts);
        int common = Math.Min(expected.Span.Length, actual.Span.Length);
        bool isCut = expected.Span.Length != actual.Span.Length
            && (expected.Span.Length < actual.Span.Length ? expected : actual) is var shorter && shorter.Span.Length < shorter.WireLength;
        byte[] mine = Prepare(expected, isCut ? common : expected.Span.Length, _expectedLayout);
        byte[] its = Prepare(actual, isCut ? common : actual.Span.Length, _actualLayout);
        if (isCut && !options.CommonLength)
        {
            texts.Add(Text("frame.cap_len", expected.Span.Length, actual.Span.Length));
        }

        AddFields(mine, its, texts);
        if (texts.Count == 0 && !options.CommonLength && expected.Digest != actual.Digest)
        {
            texts.Add("octets differ");
        }

        if (texts.Count > MaxTexts)
        {
            int more = texts.Count - MaxTexts;
            texts.RemoveRange(MaxTexts, more);
            texts.Add(string.Create(CultureInfo.InvariantCulture, $"and {more} more"));
        }

        return texts;
    }

    /// <summary>Whether a pair whose digests are equal differs in what no digest has.</summary>
    internal bool NeedsLook(ComparedPacket expected, ComparedPacket actual) =>
        options.CommonLength || (options.TimeTolerance is { } tolerance && !IsInTime(expected, actual, tolerance));

    private static string Text(string name, long expected, long actual) => string.Create(CultureInfo.InvariantCulture, $"{name} {expected} -> {actual}");

    private static bool IsInTime(ComparedPacket expected, ComparedPacket actual, TimeSpan tolerance) =>
        expected.SinceFirst is { } mine && actual.SinceFirst is { } its
            ? Int128.Abs(mine - its) <= tolerance.Ticks * (Int128)TimeSpan.NanosecondsPerTick
            : expected.SinceFirst is null && actual.SinceFirst is null;

    private static string Seconds(Int128? nanoseconds) =>
        nanoseconds is { } time ? ((decimal)time / 1_000_000_000).ToString("F9", CultureInfo.InvariantCulture) : "none";

    private byte[] Prepare(ComparedPacket packet, int length, FrameLayout layout)
    {
        byte[] frame = packet.Span[..length].ToArray();
        layout.Read(packet.Interface.LinkType, frame);
        if (options.RelativeSequenceNumbers)
        {
            PacketDigester.MakeRelative(layout, frame, packet.Bases);
        }

        mask.Clear(layout, frame);
        return frame;
    }

    private void AddFrame(ComparedPacket expected, ComparedPacket actual, List<string> texts)
    {
        if (expected.InterfaceKey != actual.InterfaceKey && !mask.Ignores(FrameField.FrameInterface))
        {
            texts.Add($"frame.interface {Name(expected)} -> {Name(actual)}");
        }

        if (FrameLayout.Plain(expected.Interface.LinkType) != FrameLayout.Plain(actual.Interface.LinkType))
        {
            texts.Add($"frame.link_type {expected.Interface.LinkType} -> {actual.Interface.LinkType}");
        }

        _expectedLayout.Read(expected.Interface.LinkType, expected.Span);
        _actualLayout.Read(actual.Interface.LinkType, actual.Span);
        long mine = mask.WireLength(_expectedLayout, expected.WireLength);
        long its = mask.WireLength(_actualLayout, actual.WireLength);
        if (mine != its && !mask.Ignores(FrameField.FrameLength))
        {
            texts.Add(Text("frame.len", mine, its));
        }

        static string Name(ComparedPacket packet) => packet.Interface.Name ?? string.Create(CultureInfo.InvariantCulture, $"#{packet.Interface.Index}");
    }

    private void AddTime(ComparedPacket expected, ComparedPacket actual, List<string> texts)
    {
        if (options.TimeTolerance is { } tolerance && !IsInTime(expected, actual, tolerance))
        {
            texts.Add($"frame.time_relative {Seconds(expected.SinceFirst)} -> {Seconds(actual.SinceFirst)}");
        }
    }

    private void AddFields(byte[] expected, byte[] actual, List<string> texts)
    {
        Dictionary<(FrameField, int), FieldSlice> others = Numbered(_actualLayout);
        foreach (((FrameField field, int occurrence) key, FieldSlice mine) in Numbered(_expectedLayout))
        {
            bool isInBoth = others.Remove(key, out FieldSlice its);
            if (mask.Ignores(key.field) && (mask.Takes(key.field) || (isInBoth && mine.Bits == its.Bits)))
            {
                continue;
            }

            if (!isInBoth)
            {
                texts.Add(OnlyIn("expected", mine, expected));
            }
            else
            {
                AddField(mine, expected, its, actual, texts);
            }
        }

        texts.AddRange(others.Values.Where(s => !mask.Takes(s.Field)).OrderBy(s => s.Bit).Select(s => OnlyIn("actual", s, actual)));
    }

    private static Dictionary<(FrameField Field, int Occurrence), FieldSlice> Numbered(FrameLayout layout)
    {
        Dictionary<(FrameField, int), FieldSlice> numbered = [];
        foreach (FieldSlice slice in layout.Slices)
        {
            int occurrence = 0;
            while (!numbered.TryAdd((slice.Field, occurrence), slice))
            {
                occurrence++;
            }
        }

        return numbered;
    }

    private static string OnlyIn(string side, FieldSlice slice, byte[] frame) => slice.Field is FrameField.Payload or FrameField.EthPadding
        ? string.Create(CultureInfo.InvariantCulture, $"{ComparedFields.NameOf(slice.Field)} of {slice.Bits / 8} octets only in {side}")
        : $"{ComparedFields.NameOf(slice.Field)} {FieldText.Of(slice, frame)} only in {side}";

    private static void AddField(FieldSlice mine, byte[] expected, FieldSlice its, byte[] actual, List<string> texts)
    {
        string name = ComparedFields.NameOf(mine.Field);
        if (mine.IsNumber && its.IsNumber && mine.Bits == its.Bits && mine.Field is not (FrameField.Payload or FrameField.EthPadding))
        {
            if (mine.Value(expected) != its.Value(actual))
            {
                texts.Add($"{name} {FieldText.Of(mine, expected)} -> {FieldText.Of(its, actual)}");
            }

            return;
        }

        ReadOnlySpan<byte> a = mine.Octets(expected);
        ReadOnlySpan<byte> b = its.Octets(actual);
        if (a.SequenceEqual(b))
        {
            return;
        }

        if (mine.Field is not (FrameField.Payload or FrameField.EthPadding))
        {
            texts.Add($"{name} {FieldText.Of(mine, expected)} -> {FieldText.Of(its, actual)}");
            return;
        }

        int first = a.CommonPrefixLength(b);
        int differing = 0;
        for (int i = first; i < Math.Min(a.Length, b.Length); i++)
        {
            differing += a[i] != b[i] ? 1 : 0;
        }

        string how = a.Length == b.Length ? $"{differing} {(differing == 1 ? "octet" : "octets")}" : $"{a.Length} -> {b.Length} octets";
        texts.Add(string.Create(CultureInfo.InvariantCulture, $"{name} differs at octet {mine.Octet + first} ({how})"));
    }
}
