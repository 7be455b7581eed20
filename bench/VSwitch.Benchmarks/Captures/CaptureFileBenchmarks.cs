using BenchmarkDotNet.Attributes;
using VSwitch.Captures.Files;

namespace VSwitch.Benchmarks.Captures;

/// <summary>Capture files in memory. ns a packet; octets over ns are GB/s.</summary>
[MemoryDiagnoser]
public sealed class CaptureFileBenchmarks : IDisposable
{
    private const int Packets = 4096;

    private byte[] _packet = [];
    private MemoryStream _file = new();

    /// <summary>Octets of a packet.</summary>
    [Params(64, 1514)]
    public int Octets { get; set; }

    [Params(CaptureFormat.NanosecondPcap, CaptureFormat.Pcapng)]
    public CaptureFormat Format { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _packet = new byte[Octets];
        new Random(1).NextBytes(_packet);
        _file = new MemoryStream(Packets * (Octets + 64));
        WriteAll();
    }

    [GlobalCleanup]
    public void Dispose() => _file.Dispose();

    [Benchmark(OperationsPerInvoke = Packets)]
    public long Write()
    {
        WriteAll();
        return _file.Length;
    }

    [Benchmark(OperationsPerInvoke = Packets)]
    public long Read()
    {
        _file.Position = 0;
        using var reader = CaptureReader.Open(_file, leaveOpen: true);
        long octets = 0;
        while (reader.TryRead(out CapturedPacket packet))
        {
            octets += packet.Octets.Length;
        }

        return octets;
    }

    private void WriteAll()
    {
        _file.SetLength(0);
        using var writer = CaptureWriter.Create(_file, Format, leaveOpen: true);
        CaptureInterface at = writer.AddInterface(new CaptureInterface());
        for (int i = 0; i < Packets; i++)
        {
            writer.Write(new CapturedPacket { Interface = at, Timestamp = i, Octets = _packet, OriginalLength = (uint)Octets, Comments = [] });
        }
    }
}
