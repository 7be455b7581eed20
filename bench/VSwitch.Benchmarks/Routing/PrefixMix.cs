using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Benchmarks.Routing;

/// <summary>Prefixes whose lengths are spread about as those of the tables that routers of the Internet exchange.</summary>
internal static class PrefixMix
{
    private static readonly (int Length, int Share)[] s_v4 =
        [(24, 600), (23, 100), (22, 110), (21, 50), (20, 50), (19, 30), (18, 20), (17, 10), (16, 15), (15, 3), (14, 2), (12, 1), (8, 1), (32, 8)];

    private static readonly (int Length, int Share)[] s_v6 =
        [(48, 450), (32, 120), (44, 100), (40, 90), (36, 60), (46, 40), (47, 30), (29, 30), (42, 25), (33, 20), (45, 15), (56, 10), (64, 8), (128, 2)];

    /// <summary>Different prefixes, seeded.</summary>
    public static List<IpPrefix> Create(int count, bool isIPv6, int seed)
    {
        var random = new Random(seed);
        var seen = new HashSet<(ulong, ulong, int)>();
        var prefixes = new List<IpPrefix>(count);
        (int Length, int Share)[] mix = isIPv6 ? s_v6 : s_v4;
        int shares = mix.Sum(m => m.Share);
        while (prefixes.Count < count)
        {
            IpPrefix prefix = new(Address(random, isIPv6), Pick(mix, random.Next(shares)));
            if (seen.Add((prefix.Key.High, prefix.Key.Low, prefix.Length)))
            {
                prefixes.Add(prefix);
            }
        }

        return prefixes;
    }

    /// <summary>Addresses of hosts behind prefixes picked at random.</summary>
    public static IpAddressKey[] Destinations(List<IpPrefix> prefixes, int count, int seed)
    {
        var random = new Random(seed);
        var keys = new IpAddressKey[count];
        for (int i = 0; i < count; i++)
        {
            IpPrefix prefix = prefixes[random.Next(prefixes.Count)];
            IpAddressKey network = prefix.Key;
            IpAddressKey mask = IpPrefix.MaskOf(prefix.KeyLength);
            keys[i] = new(network.High | ((ulong)random.NextInt64() & ~mask.High), network.Low | ((ulong)random.NextInt64() & ~mask.Low));
        }

        return keys;
    }

    private static int Pick((int Length, int Share)[] mix, int at)
    {
        int i = 0;
        while (at >= mix[i].Share)
        {
            at -= mix[i++].Share;
        }

        return mix[i].Length;
    }

    // Of IPv6 what is given out: 2000::/3, in some thousand blocks of providers.
    private static IPAddress Address(Random random, bool isIPv6)
    {
        var octets = new byte[isIPv6 ? 16 : 4];
        random.NextBytes(octets);
        octets[0] = isIPv6 ? (byte)(0x20 | (octets[0] & 0x0F)) : (byte)(1 + (octets[0] % 223));
        if (isIPv6)
        {
            octets[1] &= 0x1F;
            octets[2] &= 0x7F;
        }

        return new IPAddress(octets);
    }
}
