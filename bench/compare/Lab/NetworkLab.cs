using System.Globalization;
using System.Text;

namespace VSwitch.CompareBench.Lab;

/// <summary>Network namespaces with names of their own: two stations, one for all other stations, one for the subject. No traffic leaves them.</summary>
internal sealed class NetworkLab : IAsyncDisposable
{
    private static readonly TimeSpan _commandBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _linkBound = TimeSpan.FromSeconds(30);

    // The kernel's own chatter would be counted as frames and take part in the round trips.
    private static readonly string[] _quietSettings =
    [
        "net.ipv6.conf.default.accept_dad=0",
        "net.ipv6.conf.default.dad_transmits=0",
        "net.ipv6.conf.default.router_solicitations=0",
        "net.ipv6.conf.default.accept_ra=0",
    ];

    private static readonly string[] _silentSettings = ["net.ipv6.conf.default.disable_ipv6=1"];

    private readonly string _prefix;
    private readonly HashSet<string> _own = []; // links that a new namespace has of itself, lo and the fallback tunnels

    private NetworkLab(string prefix) => _prefix = prefix;

    public Station A => Stations(1)[0];

    public Station B => Stations(2)[1];

    /// <summary>Where the stations are that only listen.</summary>
    public string OthersNamespace => _prefix + "-c";

    /// <summary>Where a subject runs, and makes its interfaces if it cannot make them in the stations' namespaces.</summary>
    public string SubjectNamespace => _prefix + "-s";

    public static async Task<NetworkLab> CreateAsync(CancellationToken cancellation)
    {
        var lab = new NetworkLab(string.Create(CultureInfo.InvariantCulture, $"vsb{Environment.ProcessId}"));
        try
        {
            foreach (string name in lab.Namespaces)
            {
                string[] settings = name == lab.OthersNamespace || name == lab.SubjectNamespace ? _silentSettings : _quietSettings;
                await IpAsync(["netns", "add", name], cancellation);
                await IpAsync(["-n", name, "link", "set", "lo", "up"], cancellation);
                await ChildProcess.RunAsync(Inside(name, ["sysctl", "-q", "-w", .. settings]), _commandBound, cancellation);
            }

            lab._own.UnionWith((await lab.LinksAsync(cancellation)).Keys);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    public static IReadOnlyList<string> Inside(string name, IEnumerable<string> command) => ["ip", "netns", "exec", name, .. command];

    /// <summary>The stations of a subject with so many ports.</summary>
    public IReadOnlyList<Station> Stations(int ports) =>
    [
        .. Enumerable.Range(1, ports).Select(number => new Station(
            _prefix + (number switch { 1 => "-a", 2 => "-b", _ => "-c" }), // an interface's name has 15 letters at most
            string.Create(CultureInfo.InvariantCulture, $"{_prefix}p{number}"),
            number)),
    ];

    /// <summary>Gives the interfaces of a subject, wherever it made them, the same place, addresses and state.</summary>
    public async Task PlumbAsync(int ports, CancellationToken cancellation)
    {
        IReadOnlyList<Station> stations = Stations(ports);
        Dictionary<string, (string Namespace, string Name, string Link)> found = [];
        bool there = await Condition.HoldsWithinAsync(
            _linkBound,
            async () =>
            {
                found = (await LinksAsync(cancellation)).Values.GroupBy(link => link.Name).ToDictionary(links => links.Key, links => links.First());
                return stations.All(station => found.ContainsKey(station.Interface));
            },
            cancellation);
        if (!there)
        {
            Station missing = stations.First(station => !found.ContainsKey(station.Interface));
            throw new BenchException($"the subject is ready but made no {missing.Interface}");
        }

        var moves = new StringBuilder();
        foreach (Station station in stations.Where(station => found[station.Interface].Namespace != station.Namespace))
        {
            moves.Append(CultureInfo.InvariantCulture, $"link set {station.Interface} netns {station.Namespace}\n");
        }

        await BatchAsync(SubjectNamespace, moves.ToString(), cancellation);
        foreach (IGrouping<string, Station> place in stations.GroupBy(station => station.Namespace))
        {
            await BatchAsync(place.Key, string.Concat(place.Select(station => Plumbing(station, HasMac(found[station.Interface].Link)))), cancellation);
        }
    }

    /// <summary>Takes away what a subject left behind: Open vSwitch's TAPs outlive it by far, and any TAP its process by some milliseconds.</summary>
    public async Task RemoveLinksAsync(CancellationToken cancellation)
    {
        Dictionary<string, (string Namespace, string Name, string Link)> found = [];
        bool gone = await Condition.HoldsWithinAsync(
            _linkBound,
            async () =>
            {
                found = await LinksAsync(cancellation);
                foreach (IGrouping<string, string> place in found.Values.GroupBy(link => link.Namespace, link => link.Name))
                {
                    // -force goes on: one that went by itself in the meantime is an error of its line only.
                    string lines = string.Concat(place.Select(link => $"link del {link}\n"));
                    await using ChildProcess batch = ChildProcess.Start(["ip", "-n", place.Key, "-force", "-batch", "-"], directory: null, lines);
                    await batch.WaitForExitAsync(_commandBound, cancellation);
                }

                return found.Count == 0;
            },
            cancellation);
        if (!gone)
        {
            throw new BenchException($"{found.First().Value.Name} is still there after its subject ended");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string name in Namespaces.Where(name => File.Exists($"/run/netns/{name}")))
        {
            try
            {
                await IpAsync(["netns", "del", name], CancellationToken.None);
            }
            catch (BenchException error)
            {
                await Console.Error.WriteLineAsync($"left behind: namespace {name}: {error.Message}");
            }
        }
    }

    private string[] Namespaces => [_prefix + "-a", _prefix + "-b", OthersNamespace, SubjectNamespace];

    private static bool HasMac(string link) => !link.Contains("link/none", StringComparison.Ordinal); // a TUN has none

    private static Task<string> IpAsync(IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        ChildProcess.RunAsync(["ip", .. arguments], _commandBound, cancellation);

    private static async Task BatchAsync(string name, string lines, CancellationToken cancellation)
    {
        if (lines.Length > 0)
        {
            await ChildProcess.RunAsync(["ip", "-n", name, "-batch", "-"], _commandBound, cancellation, lines);
        }
    }

    // "replace": the subject may have set the address already.
    private string Plumbing(Station station, bool hasMac)
    {
        string name = station.Interface;
        string link = $"link set {name} {(hasMac ? $"address {station.Mac} " : "")}up\n";
        if (station.Namespace == OthersNamespace)
        {
            return link;
        }

        Station other = station == A ? B : A;
        string addresses = $"addr replace {station.IPv4}/24 dev {name}\naddr replace {station.IPv6}/64 dev {name} nodad\n";
        // They know each other: a lost ARP request is repeated after a second, which no figure is to depend on.
        string neighbors = $"neigh replace {other.IPv4} lladdr {other.Mac} dev {name} nud permanent\n"
            + $"neigh replace {other.IPv6} lladdr {other.Mac} dev {name} nud permanent\n";
        return link + addresses + (hasMac ? neighbors : "");
    }

    /// <summary>The interfaces that are not the namespaces' own, by namespace and name: where each is, and how "ip" describes it.</summary>
    private async Task<Dictionary<string, (string Namespace, string Name, string Link)>> LinksAsync(CancellationToken cancellation)
    {
        var links = new Dictionary<string, (string, string, string)>();
        foreach (string place in Namespaces)
        {
            foreach (string line in (await IpAsync(["-n", place, "-o", "link", "show"], cancellation)).Split('\n'))
            {
                if (line.Split(": ") is [_, string link, ..] && link.Split('@')[0] is string name && !_own.Contains($"{place} {name}"))
                {
                    links[$"{place} {name}"] = (place, name, line);
                }
            }
        }

        return links;
    }
}
