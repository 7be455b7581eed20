using System.Globalization;
using System.Text;

namespace VSwitch.CompareBench.Lab;

/// <summary>Network namespaces with names of their own: one each for two stations, one for the subject and all other stations. No traffic leaves them.</summary>
internal sealed class NetworkLab : IAsyncDisposable
{
    private const int LeftGroup = 99; // any but 0, in which all others are

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

    private NetworkLab(string prefix)
    {
        _prefix = prefix;
        Home = Directory.CreateTempSubdirectory(prefix + "-").FullName;
    }

    public Station A => Stations(1)[0];

    public Station B => Stations(2)[1];

    /// <summary>Where the stations are that only listen.</summary>
    /// <remarks>It is the subject's: a thousand interfaces need not be moved, at 25 ms each.</remarks>
    public string OthersNamespace => SubjectNamespace;

    /// <summary>Where a subject runs, and makes its interfaces if it cannot make them in the stations' namespaces.</summary>
    public string SubjectNamespace => _prefix + "-s";

    /// <summary>What the names of all ports begin with, and of nothing else.</summary>
    public string PortPrefix => _prefix + "p";

    /// <summary>The name of an interface that comes and goes: with a letter before it, it still has the 15 that a name may have.</summary>
    public string ChangingInterface(int number) => string.Create(CultureInfo.InvariantCulture, $"{_prefix}c{number}");

    /// <summary>A folder for a subject's sockets and files: short, as a socket's path has 107 letters at most, and empty when it starts.</summary>
    public string Home { get; }

    public static async Task<NetworkLab> CreateAsync(CancellationToken cancellation)
    {
        var lab = new NetworkLab(string.Create(CultureInfo.InvariantCulture, $"vsb{Environment.ProcessId}"));
        try
        {
            foreach (string name in lab.Namespaces)
            {
                string[] settings = name == lab.SubjectNamespace ? _silentSettings : _quietSettings;
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
            number switch { 1 => _prefix + "-a", 2 => _prefix + "-b", _ => OthersNamespace },
            string.Create(CultureInfo.InvariantCulture, $"{PortPrefix}{number}"), // an interface's name has 15 letters at most
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
                    // As a group they go at once; one by one a thousand take half a minute.
                    // -force goes on: one that went by itself in the meantime is an error of its line only.
                    string lines = string.Concat(place.Select(link => $"link set {link} group {LeftGroup}\n")) + $"link del group {LeftGroup}\n";
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

    /// <summary>Takes away what an earlier subject left in <see cref="Home"/>.</summary>
    public void EmptyHome()
    {
        foreach (string file in Directory.EnumerateFiles(Home))
        {
            File.Delete(file);
        }

        foreach (string folder in Directory.EnumerateDirectories(Home))
        {
            Directory.Delete(folder, recursive: true);
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

        Directory.Delete(Home, recursive: true);
    }

    private string[] Namespaces => [_prefix + "-a", _prefix + "-b", SubjectNamespace];

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
