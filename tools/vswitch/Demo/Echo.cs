using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace VSwitch.Tool.Demo;

/// <summary>One ICMP echo (RFC 792), from the namespace of the calling thread.</summary>
internal static class Echo
{
    private const byte EchoRequest = 8;
    private const int HeaderOctets = 8;
    private const int PayloadOctets = 56; // as ping sends

    internal static (IPStatus Status, double Milliseconds) Run(IPAddress to, TimeSpan patience)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
        socket.ReceiveTimeout = (int)patience.TotalMilliseconds;
        byte[] request = Request();
        var reply = new byte[1500];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        long start = Stopwatch.GetTimestamp();
        socket.SendTo(request, new IPEndPoint(to, 0));
        try
        {
            while (Stopwatch.GetElapsedTime(start) < patience)
            {
                int octets = socket.ReceiveFrom(reply, ref from);
                int header = (reply[0] & 0xF) * 4; // a raw socket hands out the IP header too
                if (octets >= header + HeaderOctets && reply[header] == 0 && reply.AsSpan(header + 4, 4).SequenceEqual(request.AsSpan(4, 4)))
                {
                    return (IPStatus.Success, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.TimedOut)
        {
            // Said below.
        }

        return (IPStatus.TimedOut, 0);
    }

    private static byte[] Request()
    {
        var request = new byte[HeaderOctets + PayloadOctets];
        request[0] = EchoRequest;
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(4), (ushort)Environment.ProcessId);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(6), (ushort)Environment.TickCount);
        uint sum = 0;
        for (int i = 0; i < request.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(i));
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(2), (ushort)~(sum + (sum >> 16)));
        return request;
    }
}
