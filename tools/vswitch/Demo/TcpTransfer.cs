using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using VSwitch.Devices.Netlink;

namespace VSwitch.Tool.Demo;

/// <summary>Pours octets through one TCP connection from one namespace to another, as fast as it takes them.</summary>
internal static class TcpTransfer
{
    private const int Port = 5201;
    private const int BufferOctets = 256 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <returns>What the receiver got, and in what time.</returns>
    internal static (long Octets, TimeSpan Time) Run(
        NetworkNamespace from, NetworkNamespace to, IPAddress address, TimeSpan time, CancellationToken stop)
    {
        // A socket belongs to the namespace that it was made in; from then on any thread may use it.
        using Socket listener = to.Run(() => Listen(address));
        using Socket sender = from.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        using CancellationTokenRegistration closing = stop.Register(() =>
        {
            sender.Dispose();
            listener.Dispose();
        });
        try
        {
            Task connecting = sender.ConnectAsync(address, Port, stop).AsTask();
            using Socket receiver = listener.AcceptAsync(stop).AsTask().WaitAsync(s_patience, stop).GetAwaiter().GetResult();
            connecting.WaitAsync(s_patience, stop).GetAwaiter().GetResult();
            var sending = new Thread(() => Send(sender, time)) { Name = "demo sender" };
            sending.Start();
            (long, TimeSpan) result = Receive(receiver);
            sending.Join(s_patience);
            stop.ThrowIfCancellationRequested();
            return result;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException && stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(stop);
        }
    }

    private static Socket Listen(IPAddress address)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, Port));
        listener.Listen();
        return listener;
    }

    private static void Send(Socket sender, TimeSpan time)
    {
        var buffer = new byte[BufferOctets];
        long start = Stopwatch.GetTimestamp();
        try
        {
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                sender.Send(buffer);
            }

            sender.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Told to stop: the receiver sees the end of the stream.
        }
    }

    private static (long Octets, TimeSpan Time) Receive(Socket receiver)
    {
        receiver.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
        var buffer = new byte[BufferOctets];
        long octets = 0;
        long start = Stopwatch.GetTimestamp();
        while (receiver.Receive(buffer) is int received and > 0)
        {
            octets += received;
        }

        return (octets, Stopwatch.GetElapsedTime(start));
    }
}
