using System.Buffers.Binary;
using VSwitch.Classifying;
using VSwitch.Devices;
using VSwitch.Devices.Splitting;
using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.Samples;

/// <summary>A splitter that routes by rules, which are replaced while it runs.</summary>
internal static class ClassifierSample
{
    internal static async Task RunAsync()
    {
        (PipeDevice network, PipeDevice backend) = DevicePipe.Create(linkLayer: LinkLayer.Ip);
        await using var splitter = new Splitter();
        SplitFrontend names = splitter.Get(1), rest = splitter.Get(2);
        var classifier = new PacketClassifier(new ClassifierRules(
            defaultAnswer: 2,
            new ClassifierRule(answer: 1).Protocol(IpProtocol.Udp).DestinationPort(53).From("10.0.0.0/8")));
        splitter.SetRouter(new ClassifyingRouter(classifier, LinkLayer.Ip));
        await splitter.AttachAsync(backend);

        Send(network, port: 53, count: 3);
        Send(network, port: 5000, count: 1);
        Console.WriteLine($"  frontend 1 has received {await CountAsync(names, 3)} packets, frontend 2 {await CountAsync(rest, 1)}");

        classifier.Replace(new ClassifierRules(defaultAnswer: 2));
        Send(network, port: 53, count: 1);
        Console.WriteLine($"  with other rules, frontend 2 has received {await CountAsync(rest, 1)} more");
        foreach (FlowEntry flow in classifier.Flows().OrderBy(f => f.Flow.DestinationPort))
        {
            Console.WriteLine($"  {flow.Flow.Source} to {flow.Flow.Destination} port {flow.Flow.DestinationPort}: {flow.Packets} packets, now to frontend {flow.Answer}");
        }
    }

    private static void Send(PipeDevice device, ushort port, int count)
    {
        var packet = new byte[28];
        packet[0] = 0x45;
        packet[3] = (byte)packet.Length;
        packet[8] = 64;
        packet[9] = (byte)IpProtocol.Udp;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), 0x0A00_0001);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), 0x0A00_0002);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), 1024);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), port);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(24), 8);
        var batch = new FrameBatch(count);
        for (int i = 0; i < count; i++)
        {
            batch.TryAppend(packet);
        }

        device.TrySend(batch, [.. Enumerable.Range(0, count)]);
    }

    private static async Task<int> CountAsync(SplitFrontend frontend, int wanted)
    {
        var batch = new FrameBatch();
        while (batch.Count < wanted && await frontend.WaitToReceiveAsync())
        {
            frontend.TryReceive(batch);
        }

        return batch.Count;
    }
}
