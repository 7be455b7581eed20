using BenchmarkDotNet.Attributes;
using VSwitch.Identifiers;
using VSwitch.Routing;

namespace VSwitch.Benchmarks.Routing;

/// <summary>Looking up addresses behind prefixes picked at random, so that big tables are out of the caches. ns a look-up.</summary>
[MemoryDiagnoser]
public class PrefixTableBenchmarks
{
    private const int LookUps = 1 << 18;

    private readonly PrefixTable<string> _table = new();
    private IpAddressKey[] _destinations = [];

    [Params(1_000, 100_000, 1_000_000)]
    public int Prefixes { get; set; }

    [Params(false, true)]
    public bool IPv6 { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        List<IpPrefix> prefixes = PrefixMix.Create(Prefixes, IPv6, seed: 1);
        prefixes.ForEach(p => _table.Set(p, "x"));
        _destinations = PrefixMix.Destinations(prefixes, LookUps, seed: 2);
    }

    [Benchmark(OperationsPerInvoke = LookUps)]
    public int Find()
    {
        int found = 0;
        foreach (IpAddressKey destination in _destinations)
        {
            found += _table.Find(destination) is null ? 0 : 1;
        }

        return found;
    }
}
