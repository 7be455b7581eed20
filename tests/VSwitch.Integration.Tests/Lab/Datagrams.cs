using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>Datagrams that say which they are, so that every octet of what arrives can be compared.</summary>
internal static class Datagrams
{
    /// <summary>Shortest, about an MTU of 1500, fragmented, about the longest.</summary>
    internal static readonly int[] Lengths = [4, 5, 1400, 1472, 1473, 2949, 8000, 32_768, 60_000, 65_000];

    /// <summary>Sends every datagram back, until the socket is disposed.</summary>
    internal static async Task Echo(Socket socket)
    {
        byte[] buffer = new byte[70_000];
        EndPoint any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        try
        {
            while (true)
            {
                SocketReceiveFromResult one = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any);
                await socket.SendToAsync(buffer.AsMemory(0, one.ReceivedBytes), SocketFlags.None, one.RemoteEndPoint);
            }
        }
        catch (Exception error) when (error is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
        {
            // Closed: the test is over.
        }
    }

    /// <summary>Has a datagram come back.</summary>
    /// <remarks>It may be lost on the way, by a full socket: it is asked again then. It may not be changed.</remarks>
    internal static async Task RoundTrip(Socket socket, byte[] datagram)
    {
        byte[] buffer = new byte[70_000];
        await Bounded.Until(
            async () =>
            {
                await socket.SendAsync(datagram);
                using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
                try
                {
                    while (true)
                    {
                        int length = await socket.ReceiveAsync(buffer, SocketFlags.None, patience.Token);
                        uint number = BinaryPrimitives.ReadUInt32BigEndian(buffer);
                        Assert.Equal(Make(number, length), buffer[..length]);
                        if (buffer.AsSpan(0, length).SequenceEqual(datagram))
                        {
                            return true;
                        }
                    }
                }
                catch (OperationCanceledException)
                {
                    return false;
                }
            },
            $"a datagram of {datagram.Length} octets comes back");
    }

    /// <summary>Takes what has arrived, each as it was sent.</summary>
    internal static void Collect(Socket socket, HashSet<uint> seen, int expectedLength)
    {
        byte[] buffer = new byte[70_000];
        while (socket.Poll(100_000, SelectMode.SelectRead))
        {
            int length = socket.Receive(buffer);
            Assert.Equal(expectedLength, length);
            uint number = BinaryPrimitives.ReadUInt32BigEndian(buffer);
            Assert.Equal(Make(number, length), buffer[..length]);
            seen.Add(number);
        }
    }

    internal static byte[] Make(uint number, int length)
    {
        byte[] octets = new byte[length];
        BinaryPrimitives.WriteUInt32BigEndian(octets, number);
        for (int i = sizeof(uint); i < length; i++)
        {
            octets[i] = (byte)((number * 31) + (i * 7) + (i >> 8));
        }

        return octets;
    }
}
