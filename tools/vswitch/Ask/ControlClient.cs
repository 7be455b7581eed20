using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using VSwitch.Terminal;
using VSwitch.Tool.Control;
using VSwitch.Tool.Control.Messages;

namespace VSwitch.Tool.Ask;

/// <summary>Asks a running switch over its control socket.</summary>
/// <param name="path">The socket.</param>
/// <param name="json">Answers are printed as they are.</param>
internal sealed class ControlClient(string path, bool json) : IDisposable
{
    private const int MaxErrorOctets = 64 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    // Nothing is drained: a capture has no end, and whoever ends it would wait for two seconds.
    private readonly HttpClient _http = new(
        new SocketsHttpHandler { ConnectCallback = (_, stop) => ConnectAsync(path, stop), UseProxy = false, ResponseDrainTimeout = TimeSpan.Zero, MaxResponseDrainSize = 0 })
    {
        BaseAddress = new Uri("http://switch/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Asks, and prints the answer: as it is, or in the words of <paramref name="show"/>.</summary>
    /// <returns>The answer.</returns>
    /// <exception cref="UserException">The switch does not answer, or refuses.</exception>
    internal async Task<T> AskAsync<T>(HttpMethod method, string what, HttpContent? body, JsonTypeInfo<T> type, Func<T, IEnumerable<string>> show)
        where T : class
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            using HttpResponseMessage response = await SendAsync(method, what, body, patience.Token).ConfigureAwait(false);
            string text = await response.Content.ReadAsStringAsync(patience.Token).ConfigureAwait(false);
            T answer = JsonSerializer.Deserialize(text, type) ?? throw new JsonException("null");
            foreach (string line in json ? [text] : show(answer))
            {
                Console.WriteLine(Printable.Of(line));
            }

            return answer;
        }
        catch (OperationCanceledException error)
        {
            throw new UserException($"the switch at {path} does not answer", error);
        }
        catch (Exception error) when (error is HttpRequestException or JsonException)
        {
            throw Failure(error);
        }
    }

    /// <summary>Asks for something with nothing to say.</summary>
    internal Task<T> GetAsync<T>(string what, JsonTypeInfo<T> type, Func<T, IEnumerable<string>> show)
        where T : class => AskAsync(HttpMethod.Get, what, null, type, show);

    /// <summary>Asks for traces, and prints each as it comes.</summary>
    /// <param name="request">Which.</param>
    /// <param name="started">Told that the switch traces now.</param>
    /// <param name="show">Lines of a trace.</param>
    /// <param name="stop">Ends it: the switch traces no longer then.</param>
    /// <returns>How many came.</returns>
    internal async Task<int> TraceAsync(TraceRequestMessage request, Action started, Func<TraceMessage, IEnumerable<string>> show, CancellationToken stop)
    {
        int count = 0;
        try
        {
            HttpContent body = Body(request, ControlJson.Default.TraceRequestMessage);
            using HttpResponseMessage response = await SendAsync(HttpMethod.Post, "v1/trace", body, stop).ConfigureAwait(false);
            started();
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false));
            while (await lines.ReadLineAsync(stop).ConfigureAwait(false) is { } text)
            {
                TraceMessage trace = JsonSerializer.Deserialize(text, ControlJson.Default.TraceMessage) ?? throw new JsonException("null");
                count += trace.Lost is null ? 1 : 0;
                foreach (string line in json ? [text] : show(trace))
                {
                    Console.WriteLine(Printable.Of(line));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop, or the time is over.
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or HttpIOException)
        {
            throw Failure(error);
        }

        return count;
    }

    /// <summary>Asks for a capture.</summary>
    /// <returns>pcapng, as it comes; closing it ends the capture.</returns>
    internal async Task<Stream> CaptureAsync(CaptureRequestMessage request, CancellationToken stop)
    {
        try
        {
            HttpResponseMessage response = await SendAsync(HttpMethod.Post, "v1/capture", Body(request, ControlJson.Default.CaptureRequestMessage), stop).ConfigureAwait(false);
            return await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        }
        catch (Exception error) when (error is HttpRequestException or JsonException)
        {
            throw Failure(error);
        }
    }

    /// <summary>A request's body.</summary>
    internal static HttpContent Body<T>(T message, JsonTypeInfo<T> type) =>
        new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(message, type)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string what, HttpContent? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, what) { Content = body };
        HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            await response.Content.LoadIntoBufferAsync(MaxErrorOctets, stop).ConfigureAwait(false);
            string text = await response.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
            string cause = text.StartsWith('{') && JsonSerializer.Deserialize(text, ControlJson.Default.ErrorMessage) is { Error: { } problem }
                ? problem
                : $"the switch refuses: {(int)response.StatusCode}";
            throw new UserException(cause, new ControlException((int)response.StatusCode, cause));
        }
    }

    private UserException Failure(Exception error) => new(error is HttpRequestException { InnerException: SocketException inner }
        ? inner.SocketErrorCode switch
        {
            SocketError.AccessDenied => $"{path}: permission denied: ask as the user who runs the switch",
            SocketError.ConnectionRefused or SocketError.AddressNotAvailable => $"no switch is running at {path}: see --switch and --control",
            _ => $"{path}: {inner.Message}",
        }
        : $"the switch at {path} gave no answer that makes sense: {error.Message}", error);

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken stop)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
