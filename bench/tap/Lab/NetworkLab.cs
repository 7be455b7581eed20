using System.Globalization;

namespace VSwitch.TapBench.Lab;

/// <summary>Two network namespaces with names of their own; no traffic leaves them.</summary>
internal sealed class NetworkLab : IAsyncDisposable
{
    private static readonly TimeSpan _commandBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _linkBound = TimeSpan.FromSeconds(10);

    // The kernel's own chatter would be counted as frames and take part in the round trips.
    private static readonly string[] _quietSettings =
    [
        "net.ipv6.conf.default.accept_dad=0",
        "net.ipv6.conf.default.dad_transmits=0",
        "net.ipv6.conf.default.router_solicitations=0",
        "net.ipv6.conf.default.accept_ra=0",
    ];

    private NetworkLab(Station a, Station b) => (A, B) = (a, b);

    public Station A { get; }

    public Station B { get; }

    public static async Task<NetworkLab> CreateAsync(CancellationToken cancellation)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $"vsb{Environment.ProcessId}");
        var lab = new NetworkLab(
            new Station(prefix + "-a", prefix + "a", "02:00:00:99:00:01", 1),
            new Station(prefix + "-b", prefix + "b", "02:00:00:99:00:02", 2));
        try
        {
            foreach (Station station in lab.Stations)
            {
                await IpAsync(["netns", "add", station.Namespace], cancellation);
                await IpAsync(["-n", station.Namespace, "link", "set", "lo", "up"], cancellation);
                await ChildProcess.RunAsync(
                    station.Inside(["sysctl", "-q", "-w", .. _quietSettings]), _commandBound, cancellation);
            }

            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gives both TAPs or TUNs of a subject, wherever it made them, the same place, addresses and state.</summary>
    public async Task PlumbAsync(CancellationToken cancellation)
    {
        foreach (Station station in Stations)
        {
            await PlumbAsync(station, cancellation);
        }
    }

    /// <summary>A closed TAP may outlive its process by tens of milliseconds, and its name with it.</summary>
    public async Task WaitForNoTapsAsync(CancellationToken cancellation)
    {
        foreach (Station station in Stations)
        {
            bool gone = await Condition.HoldsWithinAsync(
                _linkBound, async () => !await HasTapAsync(station, cancellation) && !IsOutside(station), cancellation);
            if (!gone)
            {
                throw new BenchException($"{station.Tap} is still there after its subject ended");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Station station in Stations)
        {
            if (File.Exists($"/run/netns/{station.Namespace}"))
            {
                try
                {
                    await IpAsync(["netns", "del", station.Namespace], CancellationToken.None);
                }
                catch (BenchException error)
                {
                    await Console.Error.WriteLineAsync($"left behind: namespace {station.Namespace}: {error.Message}");
                }
            }
        }
    }

    private IEnumerable<Station> Stations => [A, B];

    private static Task<string> IpAsync(IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        ChildProcess.RunAsync(["ip", .. arguments], _commandBound, cancellation);

    private static bool IsOutside(Station station) => Directory.Exists($"/sys/class/net/{station.Tap}");

    private static async Task<bool> HasTapAsync(Station station, CancellationToken cancellation)
    {
        string links = await IpAsync(["-n", station.Namespace, "-o", "link", "show"], cancellation);
        return links.Contains($": {station.Tap}:", StringComparison.Ordinal);
    }

    private static async Task PlumbAsync(Station station, CancellationToken cancellation)
    {
        bool there = await Condition.HoldsWithinAsync(
            _linkBound, async () => await HasTapAsync(station, cancellation) || IsOutside(station), cancellation);
        if (!there)
        {
            throw new BenchException($"the subject is ready but made no {station.Tap}");
        }

        if (!await HasTapAsync(station, cancellation))
        {
            await IpAsync(["link", "set", station.Tap, "netns", station.Namespace], cancellation);
        }

        string[] inside = ["-n", station.Namespace];
        string link = await IpAsync([.. inside, "-o", "link", "show", station.Tap], cancellation);
        string[] mac = link.Contains("link/none", StringComparison.Ordinal) ? [] : ["address", station.Mac]; // a TUN has none
        await IpAsync([.. inside, "link", "set", station.Tap, .. mac, "up"], cancellation);
        // "replace": the subject may have set the address already.
        await IpAsync([.. inside, "addr", "replace", $"{station.IPv4}/24", "dev", station.Tap], cancellation);
        await IpAsync([.. inside, "addr", "replace", $"{station.IPv6}/64", "dev", station.Tap, "nodad"], cancellation);
    }
}
