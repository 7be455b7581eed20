using System.Globalization;
using System.Runtime.InteropServices;
using VSwitch.Bpf;
using VSwitch.Frames;

namespace VSwitch.Devices.Filters;

/// <summary>Filters in the language of tcpdump, compiled by libpcap into programs that run without it.</summary>
/// <remarks>
/// Any thread; one expression is compiled at a time. Set-up only: a name in an expression (<c>host example.org</c>, <c>port https</c>) has libpcap ask files and name servers, which may take seconds.
/// The language: pcap-filter(7).
/// </remarks>
public static class PcapFilter
{
    /// <summary>Characters that an expression may have.</summary>
    public const int MaxLength = 8192;

    private const int SnapLength = 262_144; // tcpdump's own; a program returns it for a frame that passes
    private const int MaxQuoted = 120;

    private static readonly Lock s_gate = new(); // before libpcap 1.8, two may not compile at once
    private static readonly Lazy<bool> s_isAvailable = new(() => NativeLibrary.TryLoad(Interop.Pcap.Library, typeof(PcapFilter).Assembly, null, out _));

    /// <summary>Whether libpcap is there; looked for once.</summary>
    public static bool IsAvailable => s_isAvailable.Value;

    /// <summary>Compiles an expression.</summary>
    /// <param name="expression">As for tcpdump, at most <see cref="MaxLength"/> characters; without any, all frames match.</param>
    /// <param name="linkLayer">What the frames begin with that the program is for.</param>
    /// <exception cref="FormatException">The expression is wrong, no frame can match it, or it needs more than a program can hold. One line, with libpcap's own words.</exception>
    /// <exception cref="InvalidOperationException">libpcap is not there.</exception>
    public static BpfProgram Compile(string expression, LinkLayer linkLayer = LinkLayer.Ethernet)
    {
        ArgumentNullException.ThrowIfNull(expression);
        if (expression.Length > MaxLength)
        {
            throw Wrong(expression, string.Create(CultureInfo.InvariantCulture, $"{expression.Length} characters: at most {MaxLength} are compiled"));
        }

        if (expression.Any(c => char.IsControl(c) && !char.IsWhiteSpace(c)))
        {
            throw Wrong(expression, "a control character"); // a NUL would end the expression, and the rest be ignored
        }

        if (!IsAvailable)
        {
            throw new InvalidOperationException($"{Interop.Pcap.Library} is not there: install it (Debian: apt-get install libpcap0.8)");
        }

        BpfInstruction[] instructions = Translate(expression, linkLayer);
        return BpfProgram.TryCreate(instructions, out BpfProgram? program, out string? problem) ? program : throw Wrong(expression, problem);
    }

    internal static BpfInstruction[] Translate(string expression, LinkLayer linkLayer)
    {
        lock (s_gate)
        {
            using Interop.Pcap.PcapHandle pcap = Interop.Pcap.OpenDead(linkLayer == LinkLayer.Ethernet ? Interop.Pcap.DLT_EN10MB : Interop.Pcap.DLT_RAW, SnapLength);
            return pcap.IsInvalid
                ? throw new InvalidOperationException("pcap_open_dead: no memory")
                : Interop.Pcap.Compile(pcap, expression, optimize: true) ?? throw Wrong(expression, Interop.Pcap.ErrorOf(pcap));
        }
    }

    private static FormatException Wrong(string expression, string problem)
    {
        string quoted = expression.Length <= MaxQuoted ? expression : $"{expression.AsSpan(0, MaxQuoted)}...";
        return new(string.Concat($"'{quoted}': {problem}".Select(c => char.IsControl(c) ? '?' : c)));
    }
}
