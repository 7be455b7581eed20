using BenchmarkDotNet.Attributes;
using VSwitch.Wire;

namespace VSwitch.Benchmarks.Frames;

/// <summary>The Internet checksum. ns a call; octets over ns are GB/s.</summary>
[MemoryDiagnoser]
public class ChecksumBenchmarks
{
    private const int Calls = 1024;

    private byte[] _octets = [];

    /// <summary>Octets that are summed.</summary>
    [Params(60, 1500, 65_536)]
    public int Octets { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _octets = new byte[Octets];
        new Random(1).NextBytes(_octets);
    }

    [Benchmark(OperationsPerInvoke = Calls)]
    public int Sum()
    {
        int sums = 0;
        for (int i = 0; i < Calls; i++)
        {
            sums += InternetChecksum.Sum(_octets);
        }

        return sums;
    }
}
