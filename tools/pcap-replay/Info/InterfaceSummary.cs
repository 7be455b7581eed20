using VSwitch.Captures.Files;

namespace VSwitch.PcapReplay.Info;

/// <summary>What an interface of a file has.</summary>
internal sealed record InterfaceSummary(CaptureInterface Interface, long Packets)
{
    /// <summary>The unit of its times: <c>1 us</c>, <c>1 ns</c>, else <c>10^-7 s</c> or <c>2^-10 s</c>.</summary>
    internal string Unit => Interface.TimestampResolution switch
    {
        6 => "1 us",
        9 => "1 ns",
        > 127 and var two => $"2^-{two & 0x7F} s",
        var ten => $"10^-{ten} s",
    };
}
