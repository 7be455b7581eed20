using System.Net.Sockets;
using VSwitch.Devices;
using VSwitch.Devices.Workers;
using VSwitch.Frames;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>A switch with real threads, and stations at real TAPs and TUNs, each in a namespace of its own.</summary>
/// <remarks>
/// At its end nothing is left: no namespace, no interface, no process. And every frame must be accounted for: received + replicated = sent + dropped, no
/// worker may have failed, and none may be stuck.
/// </remarks>
internal sealed class SwitchLab : IAsyncDisposable
{
    private readonly List<LabProcess> _processes = [];
    private readonly List<LabStation> _stations = [];

    /// <param name="stations">How many.</param>
    /// <param name="shape">What is to be different about the port of a station.</param>
    /// <param name="options">Of the switch.</param>
    /// <param name="workers">Threads that forward.</param>
    /// <param name="configure">Gives the switch gateways and routes, before it has ports.</param>
    /// <param name="plug">How the port of a station is plugged in, when that is not what its shape says.</param>
    internal SwitchLab(
        int stations = 2, Func<int, PortSpec, PortSpec>? shape = null, SwitchOptions? options = null, int workers = 2, Action<VirtualSwitch>? configure = null,
        Func<int, PortOptions>? plug = null)
    {
        Requires.Root();
        Switch = new VirtualSwitch(options);
        configure?.Invoke(Switch);
        Host = new SwitchHost(Switch, workers, Log);
        try
        {
            for (int i = 0; i < stations; i++)
            {
                LabStation station = new(i);
                _stations.Add(station);
                station.Spec = shape?.Invoke(i, station.Spec) ?? station.Spec;
                station.Spec = station.Spec with { Name = station.Spec.Kind == PortKind.Tun ? LabStation.Tun : LabStation.Tap };
                Host.AddPort(station.Port, () => PortOpener.Open(station.Spec), plug?.Invoke(i) ?? station.Spec.PortOptions);
            }

            Assert.True(SpinWait.SpinUntil(() => _stations.All(s => s.IsUsable()), Bounded.Limit), "the addresses are usable");
        }
        catch
        {
            Host.DisposeAsync().AsTask().Wait(Bounded.Limit);
            _stations.ForEach(s => s.Dispose());
            throw;
        }
    }

    /// <summary>Two stations of one network, at least one of them at a TUN.</summary>
    internal static SwitchLab Between(Ends ends, Func<int, PortSpec, PortSpec>? shape = null) => new(2, (i, spec) =>
    {
        bool isTun = ends == Ends.TunTun || ends == (i == 0 ? Ends.TunTap : Ends.TapTun);
        PortSpec mine = spec with { Kind = isTun ? PortKind.Tun : PortKind.Tap };
        return shape?.Invoke(i, mine) ?? mine;
    });

    internal VirtualSwitch Switch { get; }

    internal SwitchHost Host { get; }

    internal LabLog Log { get; } = new();

    internal LabStation this[int index] => _stations[index];

    internal SwitchPort Port(int index) => Switch.FindPort(_stations[index].Port) ?? throw new InvalidOperationException($"port {index} is not there");

    internal TrafficCounters Counters(int index) => Port(index).Counters;

    /// <summary>The port is plugged in and its link is up.</summary>
    internal bool IsUp(int index) => Switch.FindPort(_stations[index].Port) is { IsUp: true };

    /// <summary>Starts a program in the namespace of a station.</summary>
    internal LabProcess Start(int station, string program, params IEnumerable<string> arguments)
    {
        LabProcess process = LabProcess.Start(_stations[station].Namespace, program, arguments);
        _processes.Add(process);
        return process;
    }

    /// <summary>Runs a program in the namespace of a station, to its end.</summary>
    internal async Task<LabProcess> Run(int station, string program, params IEnumerable<string> arguments)
    {
        LabProcess process = Start(station, program, arguments);
        await process.Exit();
        return process;
    }

    /// <summary>Runs a program in the namespace of a station, to its end, which must be a good one.</summary>
    /// <returns>What it printed.</returns>
    internal async Task<IReadOnlyList<string>> Succeed(int station, string program, params IEnumerable<string> arguments)
    {
        LabProcess process = await Run(station, program, arguments);
        Assert.True(process.ExitCode == 0, $"{program}: {process.Text}");
        return process.Output;
    }

    /// <summary>No kernel found a header or checksum wrong.</summary>
    internal void AssertNoKernelErrors() => Assert.All(_stations, s => Assert.Equal(KernelErrors.None, KernelErrors.Of(s)));

    /// <summary>Asks for an answer until there is one.</summary>
    internal Task Reach(int from, int to, AddressFamily family = AddressFamily.InterNetwork) => Bounded.Until(
        async () => (await Run(from, "ping", "-n", "-c", "1", "-W", "1", _stations[to].Address(family).ToString())).ExitCode == 0,
        () => $"{from} reaches {to} over {family}\n{Describe()}");

    /// <summary>A port in a line: what it counted.</summary>
    internal static string Describe(SwitchPort p) =>
        $"{p.Name} {(p.IsUp ? "up" : "down")} rx {p.Counters.ReceivedFrames} tx {p.Counters.SentFrames} drops "
            + string.Join(", ", DropReasons.All.Where(r => p.Counters.Drops(r) > 0).Select(r => $"{r} {p.Counters.Drops(r)}"));

    /// <summary>What the switch counted and knows, for the one who has to find out why a test failed.</summary>
    private string Describe() => string.Join('\n', Switch.Ports
        .Select(Describe)
        .Concat(Switch.GetStations().Select(s => $"{s}"))
        .Concat(Switch.GetNeighbors().Select(n => $"{n}")));

    public async ValueTask DisposeAsync()
    {
        _processes.ForEach(p => p.Dispose());
        await Host.DisposeAsync();
        _stations.ForEach(s => s.Dispose());
        Assert.Empty(Log.Errors);
        await AssertConserved();
    }

    // The threads have ended: no frame is under way, save those that wait for a neighbour, until that is given up.
    private async Task AssertConserved()
    {
        TrafficCounters totals = Switch.GetTotals();
        await Bounded.Until(
            () =>
            {
                Switch.Advance();
                totals = Switch.GetTotals();
                return Task.FromResult(totals.ReceivedFrames + totals.Replicated == totals.SentFrames + totals.TotalDrops());
            },
            () => $"received {totals.ReceivedFrames} + replicated {totals.Replicated} = sent {totals.SentFrames} + dropped {totals.TotalDrops()}");
        Assert.Equal(totals.ReceivedFrames + totals.Replicated, totals.SentFrames + totals.TotalDrops());
    }
}
