using Microsoft.Extensions.Logging;
using VSwitch.Identifiers;
using VSwitch.Tool.Capturing;
using VSwitch.Tool.Networks;
using VSwitch.Tool.Ports;

namespace VSwitch.Tool.Run;

/// <summary>What <c>vswitch run</c> was asked to do.</summary>
internal sealed record RunOptions(
    IReadOnlyList<PortSpec> Ports,
    IReadOnlyList<IpPrefix> Gateways,
    IReadOnlyList<RouteSpec> Routes,
    int? Workers,
    TimeSpan BusyPoll,
    SwitchOptions Switch,
    TimeSpan? StatsInterval,
    LogLevel LogLevel,
    bool Json,
    string? Control,
    KeepOptions? Keep);
