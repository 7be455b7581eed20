using System.Buffers.Binary;
using System.Net;
using System.Text;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Samples;

/// <summary>Text in UDP over IPv4: what devices that look at addresses, and a kernel, take for a packet.</summary>
internal static class IpText
{
    private const int Headers = 20 + 8;

    /// <summary>Sends a text to port 7 of an address, and waits while the device is full.</summary>
    internal static async Task SendAsync(IPacketDevice device, string from, string to, string text)
    {
        var batch = new FrameBatch(1);
        batch.TryAppend(Packet(from, to, text));
        while (device.TrySend(batch, [0]) == 0)
        {
            await device.WaitToSendAsync();
        }
    }

    /// <summary>Waits for a text, and passes over what is none; null when the device is closed.</summary>
    internal static async Task<string?> ReceiveAsync(IPacketDevice device)
    {
        var batch = new FrameBatch(1); // what comes with it stays for the next call
        while (await device.WaitToReceiveAsync())
        {
            batch.Clear();
            if (device.TryReceive(batch) > 0 && TryRead(batch.Octets(0), out string? text))
            {
                return text;
            }
        }

        return null;
    }

    private static byte[] Packet(string from, string to, string text)
    {
        byte[] payload = Encoding.UTF8.GetBytes(text);
        byte[] packet = new byte[Headers + payload.Length];
        packet[0] = 0x45; // IPv4, 20 octets of header
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 64;   // time to live
        packet[9] = 17;   // UDP
        IPAddress.Parse(from).TryWriteBytes(packet.AsSpan(12), out _);
        IPAddress.Parse(to).TryWriteBytes(packet.AsSpan(16), out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Checksum(packet.AsSpan(0, 20)));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), 7);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), 7);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(24), (ushort)(8 + payload.Length)); // the checksum stays 0: none (RFC 768)
        payload.CopyTo(packet, Headers);
        return packet;
    }

    private static bool TryRead(ReadOnlySpan<byte> packet, out string? text)
    {
        bool isText = packet.Length >= Headers && packet[0] == 0x45 && packet[9] == 17;
        text = isText ? Encoding.UTF8.GetString(packet[Headers..]) : null;
        return isText;
    }

    private static ushort Checksum(ReadOnlySpan<byte> header)
    {
        uint sum = 0;
        for (int i = 0; i < header.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(header[i..]);
        }

        return (ushort)~((sum & 0xFFFF) + (sum >> 16));
    }
}
