using System.Globalization;
using VSwitch.Captures.Replaying;
using VSwitch.Terminal;

namespace VSwitch.Tool.Ports;

/// <summary>Keys of a port of capture files; the words of its speed are tcpreplay's.</summary>
internal static class PcapKeys
{
    internal static IReadOnlyList<PortKey> All { get; } =
    [
        new("name", "NAME", "what the port is called; without it, as its file", Name) { Kinds = PortKind.Pcap },
        new("out", "FILE", "what the port sends, as pcapng", Out) { Kinds = PortKind.Pcap },
        Speed("multiplier", "X", "X times as fast as captured", x => ReplaySchedule.Original(x)),
        Speed("pps", "N", "packets a second", n => ReplaySchedule.PacketRate(n)),
        Speed("mbps", "N", "megabits a second", n => ReplaySchedule.BitRate(n)),
        PortKey.Flag("topspeed", "as fast as the switch takes it", (p, on) => Change(p, s => s with { Schedule = on ? ReplaySchedule.TopSpeed : s.Schedule })) with { Kinds = PortKind.Pcap },
        new("loop", "N", "so often, 0 for ever", Loop) { Kinds = PortKind.Pcap },
        new("packets", "N", "packets at most", Packets) { Kinds = PortKind.Pcap },
    ];

    /// <summary>Gives a port its name, where the user did not.</summary>
    /// <param name="port">The port.</param>
    /// <returns>What is wrong, or null.</returns>
    internal static string? Finish(PortDraft port)
    {
        PcapSpec spec = port.Spec.Pcap!;
        if (port.Spec.Name.Length == 0)
        {
            port.Spec = port.Spec with { Name = Path.GetFileNameWithoutExtension(spec.In ?? spec.Out ?? "") };
        }

        return (spec.In ?? spec.Out) is null ? "files are missing: write pcap:FILE, pcap:FILE,out=FILE or pcap:,out=FILE"
            : spec.In is { } file && !File.Exists(file) ? $"{Printable.Of(file)} is not a file that is there"
            : port.Spec.Name.Length == 0 ? "the port has no name: add name=NAME"
            : spec.In is not null && spec.Out is not null && Path.GetFullPath(spec.In) == Path.GetFullPath(spec.Out) ? "out is the file that is played: choose another"
            : null;
    }

    private static void Change(PortDraft port, Func<PcapSpec, PcapSpec> change) => port.Spec = port.Spec with { Pcap = change(port.Spec.Pcap!) };

    private static string? Name(PortDraft port, string value)
    {
        port.Spec = port.Spec with { Name = value };
        return value.Length == 0 || value.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) ? "name is a word" : null;
    }

    private static string? Out(PortDraft port, string value)
    {
        Change(port, s => s with { Out = value });
        return value.Length == 0 ? "out is the path of a file" : null;
    }

    private static PortKey Speed(string name, string form, string help, Func<double, ReplaySchedule> schedule) => new(name, form, help, (port, value) =>
    {
        bool isNumber = double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number is > 0 and < 1e9;
        Change(port, s => s with { Schedule = () => schedule(number) });
        return isNumber ? null : $"{name} '{value}' is not a number above 0";
    }) { Kinds = PortKind.Pcap };

    private static string? Loop(PortDraft port, string value)
    {
        bool isCount = Quantity.TryParseCount(value, 0, int.MaxValue, out int loops);
        Change(port, s => s with { Loops = loops });
        return isCount ? null : $"loop '{value}' is not a number from 0";
    }

    private static string? Packets(PortDraft port, string value)
    {
        bool isCount = Quantity.TryParseCount(value, 1, int.MaxValue, out int limit);
        Change(port, s => s with { Limit = limit });
        return isCount ? null : $"packets '{value}' is not a number from 1";
    }
}
