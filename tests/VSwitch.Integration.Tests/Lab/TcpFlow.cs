using System.Net;
using System.Net.Sockets;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>A TCP stream from one station to another, as fast as it goes, every octet compared with what was sent.</summary>
internal sealed class TcpFlow : IAsyncDisposable
{
    private const int ChunkOctets = 256 * 1024;

    // Octets that repeat after an odd length, so that no chunk, segment or page repeats in step with them.
    private static readonly byte[] s_pattern = MakePattern((1 << 20) + 7);

    private readonly Socket _sender;
    private readonly Socket _receiver;
    private readonly Task _sending;
    private readonly Task _receiving;
    private long _sent;
    private long _received;
    private volatile bool _stopping;

    private TcpFlow(Socket sender, Socket receiver, long limit)
    {
        _sender = sender;
        _receiver = receiver;
        _sending = Task.Factory.StartNew(() => Send(limit), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _receiving = Task.Factory.StartNew(Receive, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Octets that have arrived, all of them as sent.</summary>
    internal long Received => Volatile.Read(ref _received);

    /// <summary>What every stream repeats.</summary>
    internal static ReadOnlySpan<byte> Pattern => s_pattern;

    /// <summary>Connects and begins; ends by itself after <paramref name="limit"/> octets.</summary>
    internal static async Task<TcpFlow> Start(
        LabStation from, LabStation to, AddressFamily family = AddressFamily.InterNetwork, long limit = long.MaxValue)
    {
        using Socket listener = to.Socket(family, SocketType.Stream);
        listener.Listen();
        Socket sender = from.Socket(family, SocketType.Stream);
        Task<Socket> accepting = listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        await Bounded.Within(sender.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, TestContext.Current.CancellationToken).AsTask());
        Socket receiver = await Bounded.Within(accepting);
        receiver.ReceiveTimeout = (int)Bounded.Limit.TotalMilliseconds;
        return new TcpFlow(sender, receiver, limit);
    }

    /// <summary>Waits until so many further octets have arrived.</summary>
    internal Task Progress(long octets = 1 << 20)
    {
        long aim = Received + octets;
        return Bounded.Until(
            () =>
            {
                Assert.False(_receiving.IsFaulted, _receiving.Exception?.ToString());
                return Received >= aim;
            },
            $"a TCP stream goes on for {octets} octets");
    }

    /// <summary>Waits until all octets up to the limit have arrived.</summary>
    /// <returns>How many.</returns>
    internal async Task<long> Finish()
    {
        await Bounded.Within(Task.WhenAll(_sending, _receiving));
        Assert.Equal(Volatile.Read(ref _sent), Received);
        return Received;
    }

    /// <summary>Ends the stream; every octet that was sent must arrive.</summary>
    internal Task<long> Stop()
    {
        _stopping = true;
        return Finish();
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _sender.Dispose();
        _receiver.Dispose();
        await Task.WhenAll(_sending, _receiving).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static byte[] MakePattern(int octets)
    {
        byte[] pattern = new byte[octets];
        new Random(19).NextBytes(pattern);
        return pattern;
    }

    private void Send(long limit)
    {
        long sent = 0;
        while (!_stopping && sent < limit)
        {
            int at = (int)(sent % s_pattern.Length);
            int length = (int)Math.Min(Math.Min(ChunkOctets, s_pattern.Length - at), limit - sent);
            sent += _sender.Send(s_pattern.AsSpan(at, length));
            Volatile.Write(ref _sent, sent);
        }

        _sender.Shutdown(SocketShutdown.Send);
    }

    private void Receive()
    {
        byte[] buffer = new byte[ChunkOctets];
        while (_receiver.Receive(buffer) is int length and > 0)
        {
            int at = (int)(_received % s_pattern.Length);
            int first = Math.Min(length, s_pattern.Length - at);
            if (!buffer.AsSpan(0, first).SequenceEqual(s_pattern.AsSpan(at, first))
                || !buffer.AsSpan(first, length - first).SequenceEqual(s_pattern.AsSpan(0, length - first)))
            {
                throw new InvalidDataException($"the stream differs behind octet {_received}");
            }

            Volatile.Write(ref _received, _received + length);
        }
    }
}
