using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using VSwitch.Frames;

namespace VSwitch.Benchmarks.Frames;

/// <summary>A TCP super-frame of 64,000 octets of payload, cut every 1,448 and each checksum computed. ns a super-frame; 64,054 octets over ns are GB/s.</summary>
[MemoryDiagnoser]
public class SegmenterBenchmarks
{
    private const int Frames = 64;
    private const int Payload = 64_000;
    private const int L3 = 14;
    private const int L4 = L3 + 20;
    private const int Headers = L4 + 20;

    private readonly FrameBatch _whole = new(1);
    private readonly FrameBatch _segments = new();
    private readonly Segmenter _segmenter = new();

    [GlobalSetup]
    public void Setup()
    {
        byte[] frame = new byte[Headers + Payload];
        new Random(1).NextBytes(frame.AsSpan(Headers));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x0800);
        frame[L3] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(L3 + 2), (ushort)(frame.Length - L3));
        frame[L3 + 8] = 64;
        frame[L3 + 9] = 6;
        frame[L4 + 12] = 0x50;
        _whole.TryAppend(frame, new OffloadInfo
        {
            NeedsCsum = true, GsoType = GsoType.TcpIPv4, GsoSize = 1448, HdrLen = Headers, CsumStart = L4, CsumOffset = 16,
        });
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public int Cut()
    {
        int segments = 0;
        for (int i = 0; i < Frames; i++)
        {
            _segmenter.Begin(_whole, 0, OffloadKinds.None, LinkLayer.Ethernet);
            do
            {
                _segments.Clear();
            }
            while (_segmenter.Next(_segments) is int more and > 0 && (segments += more) > 0);
        }

        return segments;
    }
}
