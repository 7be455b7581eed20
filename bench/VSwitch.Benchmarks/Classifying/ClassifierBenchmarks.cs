using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using VSwitch.Classifying;
using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.Benchmarks.Classifying;

/// <summary>Reading a packet, finding its flow, and asking 16 rules of which the last is met. ns a packet: TCP over IPv4 in Ethernet, bursts of 64.</summary>
[MemoryDiagnoser]
public class ClassifierBenchmarks
{
    private const int Burst = 64;
    private const int Packets = 1024;

    private readonly FrameBatch[] _bursts = [.. Enumerable.Range(0, Packets / Burst).Select(_ => new FrameBatch(Burst))];
    private readonly int[] _answers = new int[Burst];
    private readonly ClassifierRules _rules = new(0, Enumerable.Range(0, 16).Select(i => new ClassifierRule(i)
        .Protocol(IpProtocol.Tcp).DestinationPort((ushort)(443 - 15 + i)).From("10.0.0.0/8")));

    private PacketClassifier _classifier = null!;

    /// <summary>Flows that the packets are of.</summary>
    [Params(1, Packets)]
    public int Flows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _classifier = new PacketClassifier(_rules);
        for (int i = 0; i < Packets; i++)
        {
            _bursts[i / Burst].TryAppend(Packet(i % Flows));
        }

        Hit();
    }

    /// <summary>SpanDissector alone.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int Read()
    {
        int sum = 0;
        foreach (FrameBatch burst in _bursts)
        {
            for (int i = 0; i < Burst; i++)
            {
                _ = SpanDissector.TryRead(burst.Octets(i), LinkLayer.Ethernet, out PacketFacts facts);
                sum += facts.DestinationPort;
            }
        }

        return sum;
    }

    /// <summary>Packets of flows that are known.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int Hit()
    {
        foreach (FrameBatch burst in _bursts)
        {
            _classifier.Classify(burst, LinkLayer.Ethernet, _answers);
        }

        return _answers[0];
    }

    /// <summary>Each packet, or the first of them all, is asked the rules. What is allocated are the counters of new rules, once in 1,024 packets.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int Miss()
    {
        _classifier.Replace(_rules);
        return Hit();
    }

    private static byte[] Packet(int flow)
    {
        var frame = new byte[60];
        "\u0002\0\0\0\0\u0001\u0002\0\0\0\0\u0002\u0008\0"u8.CopyTo(frame);
        Span<byte> packet = frame.AsSpan(EthernetHeader.Length);
        packet[0] = 0x45;
        packet[3] = 40;
        packet[8] = 64;
        packet[9] = (byte)IpProtocol.Tcp;
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], 0x0A00_0001);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], 0x0A00_0002);
        BinaryPrimitives.WriteUInt16BigEndian(packet[20..], (ushort)(1024 + flow));
        BinaryPrimitives.WriteUInt16BigEndian(packet[22..], 443);
        packet[32] = 0x50;
        return frame;
    }
}
