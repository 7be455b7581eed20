using Microsoft.Extensions.Logging;
using VSwitch.Frames;

namespace VSwitch.Devices.Workers;

/// <summary>Says when frames are dropped since they claim to come from the switch itself, or from a station that has its place at another port for good.</summary>
/// <remarks>One thread at a time. It looks once a second and speaks once in ten at most.</remarks>
internal sealed partial class SpoofAlarm(ILogger logger, TimeProvider time)
{
    private ReportLimit _looks = new(TimeSpan.FromSeconds(1));
    private ReportLimit _reports = new(TimeSpan.FromSeconds(10));
    private Dictionary<SwitchPort, long> _reported = [];

    /// <summary>Looks at the counters, if it is time.</summary>
    internal void Check(IReadOnlyList<SwitchPort> ports)
    {
        if (!_looks.TryPass(time))
        {
            return;
        }

        if (!ports.Any(p => p.Counters.Drops(DropReason.StaticSource) > _reported.GetValueOrDefault(p)))
        {
            return; // as nearly always
        }

        Dictionary<SwitchPort, long> seen = ports.ToDictionary(p => p, p => p.Counters.Drops(DropReason.StaticSource));
        long all = 0;
        (SwitchPort? Port, long Frames) worst = (null, 0);
        foreach ((SwitchPort port, long dropped) in seen)
        {
            long frames = dropped - _reported.GetValueOrDefault(port);
            all += frames;
            worst = frames > worst.Frames ? (port, frames) : worst;
        }

        if (worst.Port is not null && _reports.TryPass(time))
        {
            LogSpoof(worst.Port.Name, worst.Frames, all);
            _reported = seen;
        }
    }

    [LoggerMessage(EventId = 25, Level = LogLevel.Warning, Message = "port {Port}: {Frames} frames claim to come from the switch itself, or from a station whose place is another port (at all ports {All}): they are dropped")]
    private partial void LogSpoof(string port, long frames, long all);
}
