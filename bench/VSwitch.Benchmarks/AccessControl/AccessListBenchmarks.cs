using System.Buffers.Binary;
using System.Globalization;
using BenchmarkDotNet.Attributes;
using VSwitch.AccessControl;
using VSwitch.Classifying;
using VSwitch.Devices.Filters;
using VSwitch.Wire;

namespace VSwitch.Benchmarks.AccessControl;

/// <summary>Asking an access list of which the last rule matches. ns a frame: TCP over IPv4 in Ethernet. The programs come from libpcap.</summary>
[MemoryDiagnoser]
public class AccessListBenchmarks
{
    private const int Frames = 1024;
    private const int Port = 1443;

    private readonly byte[] _frame = Frame();

    private AccessList _typed = null!;
    private AccessList _bpf = null!;

    /// <summary>Rules of the list, each for another port of TCP in 10.0.0.0/8.</summary>
    [Params(1, 10, 100)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        ushort[] ports = [.. Enumerable.Range(Port - Rules + 1, Rules).Select(p => (ushort)p)];
        _typed = new AccessList("typed", ports.Select(p => AccessRule.Permit(ClassifierRule.All.Protocol(IpProtocol.Tcp).DestinationPort(p).From("10.0.0.0/8"))));
        string[] texts = [.. ports.Select(p => string.Create(CultureInfo.InvariantCulture, $"tcp dst port {p} and src net 10.0.0.0/8"))];
        _bpf = new AccessList("bpf", texts.Select(t => AccessRule.Permit(PcapFilter.Compile(t), t)));
        if (_typed.Find(_frame) != Rules - 1 || _bpf.Find(_frame) != Rules - 1)
        {
            throw new InvalidOperationException("not the last rule");
        }
    }

    /// <summary>Rules with typed conditions; the frame is read once.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public int Permits_Typed() => Ask(_typed);

    /// <summary>Rules with programs, each of which reads the frame for itself.</summary>
    [Benchmark(OperationsPerInvoke = Frames)]
    public int Permits_Bpf() => Ask(_bpf);

    private int Ask(AccessList list)
    {
        int permitted = 0;
        for (int i = 0; i < Frames; i++)
        {
            permitted += list.Permits(_frame) ? 1 : 0;
        }

        return permitted;
    }

    private static byte[] Frame()
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
        BinaryPrimitives.WriteUInt16BigEndian(packet[20..], 1024);
        BinaryPrimitives.WriteUInt16BigEndian(packet[22..], Port);
        packet[32] = 0x50;
        return frame;
    }
}
