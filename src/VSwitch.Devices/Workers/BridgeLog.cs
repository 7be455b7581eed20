using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using VSwitch.Policies;

namespace VSwitch.Devices.Workers;

/// <summary>Logs what the bridge does by itself: of each kind a line a second at most, which says how many more there were.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed partial class BridgeLog(ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan s_apart = TimeSpan.FromSeconds(1);

    private readonly Dictionary<BridgeEventKind, Waiting> _waiting =
        Enum.GetValues<BridgeEventKind>().ToDictionary(k => k, _ => new Waiting { Limit = new(s_apart) });

    /// <summary>Takes all events, and logs what is due of them and of those before.</summary>
    internal void Tell(ChannelReader<BridgeEvent> events)
    {
        while (events.TryRead(out BridgeEvent? happened))
        {
            Waiting kind = _waiting[happened.Kind];
            kind.More += kind.First is null ? 0 : 1;
            kind.First ??= happened;
        }

        foreach (Waiting kind in _waiting.Values)
        {
            if (kind.First is { } first && kind.Limit.TryPass(time))
            {
                Log(first, kind.More == 0 ? "" : $"; and {kind.More} more");
                (kind.First, kind.More) = (null, 0);
            }
        }
    }

    private static string OtherThan(BridgeEvent loop) => loop.Other == loop.Port ? "itself" : $"port {loop.Other}";

    private void Log(BridgeEvent happened, string more)
    {
        switch (happened.Kind)
        {
            case BridgeEventKind.LoopFound:
                LogLoopFound(happened.Port, OtherThan(happened), more);
                break;
            case BridgeEventKind.LoopGone:
                LogLoopGone(happened.Port, OtherThan(happened), more);
                break;
            case BridgeEventKind.PortShut:
                LogPortShut(happened.Port, more);
                break;
            case BridgeEventKind.StationFlaps:
                LogStationFlaps(happened.Station.Mac.ToString(), happened.Station.Vlan.Value, happened.Other, happened.Port, more);
                break;
        }
    }

    [LoggerMessage(EventId = 21, Level = LogLevel.Warning, Message = "port {Port} is connected with {Other} outside the switch, a loop: it is blocked until that ends{More}")]
    private partial void LogLoopFound(string port, string other, string more);

    [LoggerMessage(EventId = 22, Level = LogLevel.Warning, Message = "port {Port} is no longer connected with {Other} outside the switch: it is open again{More}")]
    private partial void LogLoopGone(string port, string other, string more);

    [LoggerMessage(EventId = 23, Level = LogLevel.Warning, Message = "port {Port}: one station more than it may have turned up: it is shut until it is opened{More}")]
    private partial void LogPortShut(string port, string more);

    [LoggerMessage(EventId = 24, Level = LogLevel.Warning, Message = "station {Station} in VLAN {Vlan} moves to and fro, now from port {Other} to port {Port}{More}")]
    private partial void LogStationFlaps(string station, ushort vlan, string other, string port, string more);

    private sealed class Waiting
    {
        internal ReportLimit Limit;
        internal BridgeEvent? First;
        internal long More;
    }
}
