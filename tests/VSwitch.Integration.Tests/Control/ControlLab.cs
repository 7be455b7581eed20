using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using VSwitch.Integration.Tests.Command;

namespace VSwitch.Integration.Tests.Control;

/// <summary>A running switch with two stations and a control socket in a directory of its own, asked over the socket or by the command.</summary>
internal sealed class ControlLab : IDisposable
{
    private static int s_count;

    private readonly VSwitchCommand _command = new();
    private readonly HttpClient _http;

    internal ControlLab(string? path = null)
    {
        Folder = Path.Combine(Path.GetTempPath(), UniqueName());
        Socket = path ?? Path.Combine(Folder, "switch.sock");
        A = new LabStation(0);
        B = new LabStation(1);
        A.Silence();
        B.Silence();
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = async (_, stop) => new NetworkStream(await ConnectAsync(stop), ownsSocket: true) })
        {
            BaseAddress = new Uri("http://switch/v1/"),
        };
    }

    /// <summary>Does not exist before the switch makes it.</summary>
    internal string Folder { get; }

    internal string Socket { get; }

    internal LabStation A { get; }

    internal LabStation B { get; }

    internal LabProcess Switch { get; private set; } = null!;

    /// <summary>A name that no other test has.</summary>
    internal static string UniqueName() => string.Create(CultureInfo.InvariantCulture, $"vst{Environment.ProcessId}-c{Interlocked.Increment(ref s_count)}");

    internal static string PortOf(LabStation station) => $"{station.Interface}@{station.Namespace.Name}";

    internal static async Task<ControlLab> Start()
    {
        ControlLab lab = new();
        await lab.Run("--control", lab.Socket);
        return lab;
    }

    internal async Task<LabProcess> Run(params IEnumerable<string> arguments) => Switch = await _command.Run([.. Ports(), .. arguments]);

    internal Task<LabProcess> RunToItsEnd(params IEnumerable<string> arguments) => _command.Finish(["run", .. Ports(), .. arguments]);

    /// <summary>A command that asks this switch, run to its end.</summary>
    internal Task<LabProcess> Ask(params IEnumerable<string> arguments) => _command.Finish([.. arguments, "--control", Socket]);

    internal LabProcess StartAsking(params IEnumerable<string> arguments) => _command.Start([.. arguments, "--control", Socket]);

    internal Task<LabProcess> Command(params IEnumerable<string> arguments) => _command.Finish(arguments);

    internal async Task<JsonElement> Get(string what) => (await Send(HttpMethod.Get, what, null)).Json;

    internal async Task<JsonElement> Post(string what, string body) => (await Send(HttpMethod.Post, what, body)).Json;

    internal async Task<(int Status, JsonElement Json)> Send(HttpMethod method, string what, string? body)
    {
        using HttpRequestMessage request = new(method, what) { Content = body is null ? null : new StringContent(body) };
        using HttpResponseMessage response = await Bounded.Within(_http.SendAsync(request));
        string text = await Bounded.Within(response.Content.ReadAsStringAsync());
        return ((int)response.StatusCode, JsonSerializer.Deserialize<JsonElement>(text));
    }

    /// <summary>Asks for traces; they are read line by line.</summary>
    internal async Task<HttpResponseMessage> Trace(string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "trace") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await Bounded.Within(_http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
    }

    internal async Task<Socket> ConnectAsync(CancellationToken stop = default)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await Bounded.Until(async () =>
        {
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), stop);
                return true;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
            {
                return false; // as many as may wait already do
            }
        }, "connected");
        return socket;
    }

    /// <summary>The switch forwards, and answers.</summary>
    internal async Task AssertWell()
    {
        using LabProcess ping = LabProcess.Start(A.Namespace, Programs.Ping, "-n", "-c", "1", "-W", "10", B.IPv4.ToString());
        Assert.True(await ping.Exit() == 0, ping.Text);
        await Bounded.Until(async () => await IsAnswering(), "the switch answers");
        Assert.False(Switch.HasExited, Switch.Text);
    }

    public void Dispose()
    {
        _http.Dispose();
        _command.Dispose();
        A.Dispose();
        B.Dispose();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    // While others hold all connections, the next is closed at once.
    private async Task<bool> IsAnswering()
    {
        try
        {
            return (await Get("switch")).GetProperty("ports").GetInt32() == 2;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private IEnumerable<string> Ports() => new[] { A, B }.SelectMany(s => new[]
    {
        "--port", $"tap:{s.Interface},netns={s.Namespace.Name},mac={s.Mac},address={s.IPv4}/24",
    });
}
