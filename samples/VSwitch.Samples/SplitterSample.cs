using System.Buffers.Binary;
using VSwitch.Devices;
using VSwitch.Devices.Splitting;
using VSwitch.Frames;

namespace VSwitch.Samples;

/// <summary>One device as two: a router names the frontend by the last octet of the destination, and both send by the one backend.</summary>
internal static class SplitterSample
{
    internal static async Task RunAsync()
    {
        (PipeDevice backend, PipeDevice network) = DevicePipe.Create(linkLayer: LinkLayer.Ip);
        await using var splitter = new Splitter();
        await splitter.AttachAsync(backend);
        SplitFrontend first = splitter.Get(1);
        SplitFrontend second = splitter.Get(2);
        splitter.SetRouter(new ByLastOctet());

        await IpText.SendAsync(network, "10.0.0.9", "10.0.0.1", "to one");
        await IpText.SendAsync(network, "10.0.0.9", "10.0.0.2", "to two");
        await IpText.SendAsync(network, "10.0.0.9", "10.0.0.7", "to nobody");
        Console.WriteLine($"  frontend 1 has received: {await IpText.ReceiveAsync(first)}; frontend 2: {await IpText.ReceiveAsync(second)}");

        await IpText.SendAsync(first, "10.0.0.1", "10.0.0.9", "from one");
        await IpText.SendAsync(second, "10.0.0.2", "10.0.0.9", "from two");
        Console.WriteLine($"  the network has received: {await IpText.ReceiveAsync(network)}, {await IpText.ReceiveAsync(network)}");
        Console.WriteLine($"  dropped, because no frontend is called 7: {splitter.Counters.Drops(DropReason.NoRoute)}");
    }

    private sealed class ByLastOctet : ISplitRouter
    {
        private const int Destination = 16; // of the IPv4 header

        public void Lock()
        {
        }

        public void Unlock()
        {
        }

        public int Route(ReadOnlySpan<byte> buffer, int offset, bool isNative)
        {
            ReadOnlySpan<byte> packet = buffer[offset..];
            return packet.Length < 20 ? 0 : (int)(BinaryPrimitives.ReadUInt32BigEndian(packet[Destination..]) & 0xFF);
        }
    }
}
