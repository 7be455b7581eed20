using System.Text;
using VSwitch.Devices;
using VSwitch.Devices.Streaming;

namespace VSwitch.Samples;

/// <summary>Reads and writes packets like a stream.</summary>
internal static class StreamSample
{
    internal static async Task RunAsync()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create();
        await using var one = new PacketStream(a);
        await using var other = new PacketStream(b);
        await one.WriteAsync(Encoding.UTF8.GetBytes("first packet"));
        await one.WriteAsync(Encoding.UTF8.GetBytes("second packet"));
        byte[] buffer = new byte[1514];
        for (int i = 0; i < 2; i++)
        {
            int length = await other.ReadAsync(buffer);
            Console.WriteLine($"  one read: {Encoding.UTF8.GetString(buffer, 0, length)}");
        }
    }
}
