using BenchmarkDotNet.Attributes;
using VSwitch.Identifiers;
using VSwitch.Neighbors;

namespace VSwitch.Benchmarks.Neighbors;

/// <summary>What a packet costs the neighbour table: addresses of both families in random order. ns an address.</summary>
[MemoryDiagnoser]
public class NeighborTableBenchmarks
{
    private const int Searches = 16_384;
    private const int Burst = 64;

    private static readonly MacAddress s_mac = new(0x0200_0000_0001);
    private static readonly PortId s_port = new(3, 0);

    private readonly ulong[] _hashes = new ulong[Burst];
    private NeighborTable _table = null!;
    private IpAddressKey[] _addresses = [];

    [Params(16, 8192, 65_536)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _table = new NeighborTable(new NeighborOptions { Capacity = Entries });
        for (int i = 0; i < Entries; i++)
        {
            _table.HearData(Address(i), _table.Hash(Address(i)), s_mac, s_port, now: 0);
        }

        var random = new Random(1);
        _addresses = [.. Enumerable.Range(0, Searches).Select(_ => Address(random.Next(Entries)))];
    }

    [Benchmark(OperationsPerInvoke = Searches)]
    public int TryFind()
    {
        int ports = 0;
        foreach (IpAddressKey address in _addresses)
        {
            _table.TryFind(address, now: 1000, out NeighborLink link);
            ports += link.Port.Index;
        }

        return ports;
    }

    /// <summary>As the stages do it: the hashes of a burst first, so that the waits for memory overlap.</summary>
    [Benchmark(OperationsPerInvoke = Searches)]
    public int LocateAndTryFind()
    {
        int ports = 0;
        for (int first = 0; first < Searches; first += Burst)
        {
            ReadOnlySpan<IpAddressKey> addresses = _addresses.AsSpan(first, Burst);
            _table.Locate(addresses, _hashes);
            for (int i = 0; i < Burst; i++)
            {
                _table.TryFind(addresses[i], _hashes[i], now: 1000, out NeighborLink link);
                ports += link.Port.Index;
            }
        }

        return ports;
    }

    [Benchmark(OperationsPerInvoke = Searches)]
    public int LocateAndHearData()
    {
        int results = 0;
        for (int first = 0; first < Searches; first += Burst)
        {
            ReadOnlySpan<IpAddressKey> addresses = _addresses.AsSpan(first, Burst);
            _table.Locate(addresses, _hashes);
            for (int i = 0; i < Burst; i++)
            {
                results += (int)_table.HearData(addresses[i], _hashes[i], s_mac, s_port, now: 0);
            }
        }

        return results;
    }

    private static IpAddressKey Address(int number) => number % 2 == 0
        ? IpAddressKey.FromIPv4(0x0A00_0000u + (uint)number)
        : IpAddressKey.FromIPv6(0x2001_0DB8_0000_0000UL, 0x0200_00FF_FE00_0000UL + (ulong)number);
}
