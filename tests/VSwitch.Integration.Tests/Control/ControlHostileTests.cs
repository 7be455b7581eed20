using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace VSwitch.Integration.Tests.Control;

/// <summary>Whatever comes over the socket: the switch forwards, answers others, and takes no memory for it.</summary>
public class ControlHostileTests
{
    private const int MostMegabytes = 64; // that hostile clients may cost; what they sent is many times that

    [Fact]
    public async Task RandomOctets_AreRefused()
    {
        const int Rounds = 50;
        using ControlLab lab = await ControlLab.Start();
        Random random = new(1);
        for (int i = 0; i < Rounds; i++)
        {
            byte[] octets = new byte[random.Next(1, 100_000)];
            random.NextBytes(octets);
            using Socket socket = await lab.ConnectAsync();
            await SendUntilRefused(socket, octets);
        }

        await lab.AssertWell();
    }

    [Theory]
    [InlineData("GET /v1/switch HT")]
    [InlineData("POST /v1/explain HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")]
    [InlineData("POST /v1/explain HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n{")]
    [InlineData("")]
    public async Task HalfRequests_WaitAloneAndOthersAreAnswered(string half)
    {
        using ControlLab lab = await ControlLab.Start();
        List<Socket> sockets = [];
        for (int i = 0; i < 12; i++)
        {
            Socket socket = await lab.ConnectAsync();
            sockets.Add(socket);
            await socket.SendAsync(Encoding.ASCII.GetBytes(half));
        }

        await lab.AssertWell();
        sockets.ForEach(s => s.Dispose());
        await lab.AssertWell();
    }

    [Theory]
    [InlineData("Content-Length: 1073741824")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task BodyWithoutEnd_IsRefusedAndCostsNoMemory(string header)
    {
        using ControlLab lab = await ControlLab.Start();
        await lab.AssertWell();
        long before = ResidentMegabytes(lab);
        for (int i = 0; i < 4; i++)
        {
            using Socket socket = await lab.ConnectAsync();
            await SendUntilRefused(socket, Encoding.ASCII.GetBytes($"POST /v1/explain HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n10000000\r\n\""));
            for (int megabyte = 0; megabyte < 64 && await SendUntilRefused(socket, new byte[1 << 20]); megabyte++)
            {
            }
        }

        await lab.AssertWell();
        Assert.True(ResidentMegabytes(lab) - before < MostMegabytes, $"{before} MB before, {ResidentMegabytes(lab)} MB now");
    }

    [Fact]
    public async Task Connections_ManyThatSayNothing_EndAndLeaveTheSwitchAlone()
    {
        using ControlLab lab = await ControlLab.Start();
        List<Socket> sockets = [];
        for (int i = 0; i < 100; i++)
        {
            sockets.Add(await lab.ConnectAsync());
        }

        using LabProcess ping = LabProcess.Start(lab.A.Namespace, Programs.Ping, "-n", "-c", "1", "-W", "10", lab.B.IPv4.ToString());
        Assert.True(await ping.Exit() == 0, ping.Text);
        sockets.ForEach(s => s.Dispose());
        await lab.AssertWell();
    }

    [Fact]
    public async Task Client_ThatDoesNotRead_IsCutOff()
    {
        using ControlLab lab = await ControlLab.Start();
        using Socket socket = await lab.ConnectAsync();
        socket.ReceiveBufferSize = 4096;
        byte[] request = Encoding.ASCII.GetBytes("GET /v1/ports HTTP/1.1\r\nHost: x\r\n\r\n");
        for (int i = 0; i < 100_000 && await SendUntilRefused(socket, request); i++)
        {
        }

        await lab.AssertWell();
    }

    /// <returns>False when the switch has closed the connection, or takes no more for now.</returns>
    private static async Task<bool> SendUntilRefused(Socket socket, byte[] octets)
    {
        try
        {
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1));
            for (int at = 0; at < octets.Length;)
            {
                at += await socket.SendAsync(octets.AsMemory(at), patience.Token);
            }

            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private static long ResidentMegabytes(ControlLab lab)
    {
        string line = File.ReadLines($"/proc/{lab.Switch.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
