using System.Net.Sockets;
using VSwitch.Devices;
using VSwitch.Devices.Workers;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>A switch with real threads, and stations at real TAPs, each in a namespace of its own.</summary>
/// <remarks>
/// At its end nothing is left: no namespace, no TAP, no process. And every frame must be accounted for: received + replicated = sent + dropped, no
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
    internal SwitchLab(int stations = 2, Func<int, PortSpec, PortSpec>? shape = null, SwitchOptions? options = null, int workers = 2)
    {
        Requires.Root();
        Switch = new VirtualSwitch(options);
        Host = new SwitchHost(Switch, workers, Log);
        try
        {
            for (int i = 0; i < stations; i++)
            {
                LabStation station = new(i);
                _stations.Add(station);
                station.Spec = shape?.Invoke(i, station.Spec) ?? station.Spec;
                Host.AddPort(station.Port, () => PortOpener.Open(station.Spec));
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

    /// <summary>Asks for an answer until there is one.</summary>
    internal Task Reach(int from, int to, AddressFamily family = AddressFamily.InterNetwork) => Bounded.Until(
        async () => (await Run(from, "ping", "-n", "-c", "1", "-W", "1", _stations[to].Address(family).ToString())).ExitCode == 0,
        $"{from} reaches {to} over {family}");

    public async ValueTask DisposeAsync()
    {
        _processes.ForEach(p => p.Dispose());
        await Host.DisposeAsync();
        _stations.ForEach(s => s.Dispose());
        Assert.Empty(Log.Errors);
        AssertConserved();
    }

    // The threads have ended: no frame is under way.
    private void AssertConserved()
    {
        TrafficCounters totals = Switch.GetTotals();
        Assert.Equal(totals.ReceivedFrames + totals.Replicated, totals.SentFrames + totals.TotalDrops());
    }
}
