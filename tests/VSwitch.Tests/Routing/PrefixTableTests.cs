using System.Net;
using VSwitch.Identifiers;
using VSwitch.Routing;
using VSwitch.TestKit;

namespace VSwitch.Tests.Routing;

public class PrefixTableTests
{
    [Fact]
    public void Find_EmptyTable_IsNull()
    {
        var table = new PrefixTable<string>();
        Assert.Null(table.Find(TestAddresses.Key("10.0.0.1")));
        Assert.Null(table.Find(TestAddresses.Key("fd00::1")));
        Assert.Null(table.Find(default));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Find_NestedPrefixes_TheLongestWins()
    {
        var table = new PrefixTable<string>();
        string[] prefixes =
        [
            "0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/9", "10.1.0.0/16", "10.1.2.0/23", "10.1.2.0/24", "10.1.2.3/32",
            "::/0", "fd00::/8", "fd00:1::/32", "fd00:1:2::/48", "fd00:1:2::/64", "fd00:1:2::3/128",
        ];
        Assert.All(prefixes, p => Assert.True(table.TryAdd(IpPrefix.Parse(p), p)));
        Assert.All(prefixes, p => Assert.False(table.TryAdd(IpPrefix.Parse(p), "again")));
        Assert.Equal(prefixes.Length, table.Count);
        (string Address, string Prefix)[] expected =
        [
            ("9.255.255.255", "0.0.0.0/0"), ("255.255.255.255", "0.0.0.0/0"), ("0.0.0.0", "0.0.0.0/0"), ("10.128.0.0", "10.0.0.0/8"),
            ("10.127.0.0", "10.0.0.0/9"), ("10.1.4.0", "10.1.0.0/16"), ("10.1.3.255", "10.1.2.0/23"), ("10.1.2.2", "10.1.2.0/24"), ("10.1.2.3", "10.1.2.3/32"),
            ("::", "::/0"), ("ffff::", "::/0"), ("fd01::", "fd00::/8"), ("fd00:1:3::", "fd00:1::/32"), ("fd00:1:2:1::", "fd00:1:2::/48"),
            ("fd00:1:2::4", "fd00:1:2::/64"), ("fd00:1:2::3", "fd00:1:2::3/128"),
        ];
        Assert.All(expected, e => Assert.Equal(e.Prefix, table.Find(TestAddresses.Key(e.Address))));
    }

    [Fact]
    public void Set_SamePrefixWithHostBits_Replaces()
    {
        var table = new PrefixTable<string>();
        table.Set(IpPrefix.Parse("10.1.2.3/16"), "old");
        table.Set(IpPrefix.Parse("10.1.9.9/16"), "new");
        Assert.Equal(1, table.Count);
        Assert.Equal("new", table.Find(TestAddresses.Key("10.1.200.1")));
        (IpPrefix prefix, string value) = Assert.Single(table.Snapshot());
        Assert.Equal(("10.1.0.0/16", "new"), (prefix.ToString(), value));
    }

    [Fact]
    public void Remove_PrefixUnderAndOverOthers_LeavesThem()
    {
        var table = new PrefixTable<string>();
        string[] prefixes = ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "10.1.0.0/16", "10.1.0.0/24"];
        Assert.All(prefixes, p => table.Set(IpPrefix.Parse(p), p));
        Assert.False(table.Remove(IpPrefix.Parse("10.0.0.0/10")));
        Assert.False(table.Remove(IpPrefix.Parse("::/0")));
        Assert.True(table.Remove(IpPrefix.Parse("10.0.0.0/9"))); // its /8 was hidden by two halves
        Assert.Equal("10.0.0.0/8", table.Find(TestAddresses.Key("10.2.0.1")));
        Assert.True(table.Remove(IpPrefix.Parse("10.1.0.0/16")));
        Assert.Equal("10.1.0.0/24", table.Find(TestAddresses.Key("10.1.0.1")));
        Assert.Equal("10.0.0.0/8", table.Find(TestAddresses.Key("10.1.1.1")));
        Assert.True(table.Remove(IpPrefix.Parse("0.0.0.0/0")));
        Assert.Null(table.Find(TestAddresses.Key("11.0.0.1")));
        Assert.Equal(3, table.Count);
    }

    /// <summary>An IPv6 prefix over the mapped addresses is none of IPv4's.</summary>
    [Fact]
    public void Find_FamiliesAreApart()
    {
        var table = new PrefixTable<string>();
        table.Set(IpPrefix.Parse("::/0"), "v6");
        table.Set(new IpPrefix(IPAddress.Parse("::ffff:0:0"), 96), "mapped");
        Assert.Null(table.Find(TestAddresses.Key("10.0.0.1")));
        table.Set(IpPrefix.Parse("0.0.0.0/0"), "v4");
        Assert.Equal("v4", table.Find(TestAddresses.Key("10.0.0.1")));
        Assert.Equal(["mapped", "v4", "v6"], table.Snapshot().Select(e => e.Value).Order());
    }

    /// <summary>Few bits vary, so that prefixes nest, share nodes and take each other's place.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void AddFindRemove_RandomPrefixes_AreAsTheNaiveOnes(int seed, bool isIPv6)
    {
        var random = new Random(seed);
        var table = new PrefixTable<string>();
        var naive = new NaivePrefixes();
        for (int round = 0; round < 4000; round++)
        {
            IpPrefix prefix = RandomPrefix(random, isIPv6);
            string value = $"{prefix} {round}";
            bool grows = round % 1000 < 500;
            switch (random.Next(grows ? 6 : 12))
            {
                case 0 or 1 or 2:
                    Assert.Equal(naive.TryAdd(prefix, value), table.TryAdd(prefix, value));
                    break;
                case 3 or 4:
                    naive.Set(prefix, value);
                    table.Set(prefix, value);
                    break;
                default:
                    Assert.Equal(naive.Remove(prefix), table.Remove(prefix));
                    break;
            }

            Assert.Equal(naive.Count, table.Count);
            for (int i = 0; i < 4; i++)
            {
                IPAddress address = i == 0 ? prefix.Address : RandomAddress(random, isIPv6);
                Assert.Equal(naive.Find(address), table.Find(IpPrefix.KeyOf(address)));
            }
        }

        Assert.Equal(naive.Values.Order(), table.Snapshot().Select(e => e.Value).Order());
        foreach ((IpPrefix prefix, _) in table.Snapshot())
        {
            Assert.True(table.Remove(prefix));
        }

        Assert.Equal(0, table.Count);
        Assert.Empty(table.Snapshot());
        Assert.Null(table.Find(IpPrefix.KeyOf(RandomAddress(random, isIPv6))));
    }

    [Fact]
    public void Find_EveryLength_HasItsEdges()
    {
        foreach (string base_ in new[] { "170.170.170.170", "aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa:aaaa" })
        {
            var address = IPAddress.Parse(base_);
            int bits = address.GetAddressBytes().Length * 8;
            var table = new PrefixTable<string>();
            for (int length = 0; length <= bits; length++)
            {
                table.Set(new IpPrefix(address, length), $"{length}");
            }

            Assert.Equal($"{bits}", table.Find(IpPrefix.KeyOf(address)));
            for (int bit = 0; bit < bits; bit++)
            {
                byte[] octets = address.GetAddressBytes();
                octets[bit / 8] ^= (byte)(0x80 >> (bit % 8)); // shares exactly that many bits
                Assert.Equal($"{bit}", table.Find(IpPrefix.KeyOf(new IPAddress(octets))));
            }
        }
    }

    [Fact]
    public void Find_AllocatesNothing()
    {
        var random = new Random(5);
        var table = new PrefixTable<string>();
        for (int i = 0; i < 2000; i++)
        {
            table.Set(RandomPrefix(random, isIPv6: i % 2 == 0), "x");
        }

        IpAddressKey[] keys = [.. Enumerable.Range(0, 2000).Select(i => IpPrefix.KeyOf(RandomAddress(random, i % 2 == 0)))];
        int found = 0;
        long before = 0;
        for (int round = 0; round < 2; round++) // the first warms up
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            foreach (IpAddressKey key in keys)
            {
                found += table.Find(key) is null ? 0 : 1;
            }
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allocations.Noise);
        Assert.NotEqual(0, found);
    }

    /// <summary>Whatever comes and goes below and beside: who looks up finds a prefix that has the address, never nothing.</summary>
    [Fact]
    public async Task Find_WhileWriting_SeesWholeChanges()
    {
        var table = new PrefixTable<string>();
        table.Set(IpPrefix.Parse("10.0.0.0/8"), "10.");
        string[] flapping = ["10.1.0.0/16", "10.1.2.0/24", "10.1.2.0/25", "10.1.2.3/32", "10.2.0.0/16", "10.1.2.128/30", "10.1.0.0/17", "10.128.0.0/9"];
        using var done = new CancellationTokenSource();
        Task<long>[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadUntil(table, done.Token)))];
        var random = new Random(7);
        for (int i = 0; i < 100_000; i++)
        {
            string prefix = flapping[random.Next(flapping.Length)];
            if (!table.TryAdd(IpPrefix.Parse(prefix), "10." + (prefix.StartsWith("10.1.", StringComparison.Ordinal) ? "1." : "x")))
            {
                table.Remove(IpPrefix.Parse(prefix));
            }
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(readers), reads => Assert.True(reads > 0));
    }

    private static long ReadUntil(PrefixTable<string> table, CancellationToken done)
    {
        IpAddressKey[] keys = [TestAddresses.Key("10.1.2.3"), TestAddresses.Key("10.1.2.129"), TestAddresses.Key("10.1.200.1")];
        IpAddressKey other = TestAddresses.Key("10.3.0.1");
        long reads = 0;
        do
        {
            foreach (IpAddressKey key in keys)
            {
                Assert.True(table.Find(key) is "10." or "10.1.");
            }

            Assert.Equal("10.", table.Find(other));
            reads++;
        }
        while (!done.IsCancellationRequested);

        return reads;
    }

    // Three bits of each octet vary.
    private static IPAddress RandomAddress(Random random, bool isIPv6)
    {
        var octets = new byte[isIPv6 ? 16 : 4];
        random.NextBytes(octets);
        int fixedOctets = random.Next(octets.Length);
        for (int i = 0; i < octets.Length; i++)
        {
            octets[i] = i < fixedOctets ? (byte)0x20 : (byte)(octets[i] & 0x91);
        }

        return new IPAddress(octets);
    }

    private static IpPrefix RandomPrefix(Random random, bool isIPv6) => new(RandomAddress(random, isIPv6), random.Next(isIPv6 ? 129 : 33));
}
