using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>iperf3 from station A to station B. Source: iperf3(1).</summary>
internal static class Iperf
{
    private const int Port = 5201;

    private static readonly string[] _socketTables = ["tcp", "tcp6"];

    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(15);

    /// <param name="bed">The two stations.</param>
    /// <param name="options">Of the client, other than where to and --json.</param>
    /// <param name="duration">How long the transfer lasts.</param>
    /// <param name="ipv6">Over which internet protocol.</param>
    /// <param name="cancellation">Ends client and server.</param>
    /// <returns>The client's JSON.</returns>
    public static async Task<JsonNode> RunAsync(
        TestBed bed, IEnumerable<string> options, TimeSpan duration, bool ipv6, CancellationToken cancellation)
    {
        string address = ipv6 ? bed.Lab.B.IPv6 : bed.Lab.B.IPv4;
        string port = Port.ToString(CultureInfo.InvariantCulture);
        // --one-off: the server ends with its client.
        await using ChildProcess server = ChildProcess.Start(
            bed.Lab.B.Inside("iperf3", "--server", "--one-off", "--port", port, "--bind", address));
        bool listens = await Condition.HoldsWithinAsync(_margin, () => IsListening(server.Id), cancellation);
        if (!listens)
        {
            throw new BenchException($"iperf3 server does not listen: {server.LastWords()}");
        }

        await using ChildProcess client = ChildProcess.Start(
            bed.Lab.A.Inside(["iperf3", "--client", address, "--port", port, "--json", .. options]));
        await client.WaitForExitAsync(duration + _margin, cancellation);
        return Parse(client);
    }

    private static JsonNode Parse(ChildProcess client)
    {
        try
        {
            JsonNode result = JsonNode.Parse(client.Output)!;
            return result["error"] is { } error ? throw new BenchException($"iperf3: {error}") : result;
        }
        catch (JsonException)
        {
            throw new BenchException($"iperf3: {client.LastWords()}");
        }
    }

    // The server's "listening" line is buffered when nobody watches; the socket table of its namespace is not.
    private static bool IsListening(int pid)
    {
        string end = string.Create(CultureInfo.InvariantCulture, $":{Port:X4}");
        try
        {
            return _socketTables
                .SelectMany(table => File.ReadLines($"/proc/{pid}/net/{table}"))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Any(fields => fields[1].EndsWith(end, StringComparison.Ordinal) && fields[3] == "0A"); // TCP_LISTEN
        }
        catch (IOException)
        {
            return false;
        }
    }
}
