using System.Globalization;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>The same captures by tcpreplay and by pcap-replay: the far end of the cable sees the same.</summary>
[Collection(Collections.Heavy)]
public class ReplayDifferentialTests
{
    private const int LongMtu = 65_000;

    [Theory]
    [InlineData("-p", "20000")]
    [InlineData("-M", "200")]
    [InlineData("-t", "-K")]
    public async Task AllEthernetCaptures_SameFramesInSameOrder(params string[] speed)
    {
        await using ReplayLab lab = await ReplayLab.Open(LongMtu);
        IReadOnlyList<string> captures = ReplayLab.EthernetCaptures(LongMtu);
        List<byte[]> inFiles = [.. captures.SelectMany(ReplayLab.FramesOf)];
        Assert.InRange(captures.Count, 50, int.MaxValue);

        (LabProcess oracle, List<byte[]> expected) = await lab.Run(Programs.Tcpreplay, ["-i", "near0", .. speed, .. captures]);
        (LabProcess ours, List<byte[]> actual) = await lab.Run(ReplayLab.Command, ["-i", "near0", .. speed, .. captures]);
        Assert.Equal(inFiles.Count, expected.Count); // the oracle leaves none away either
        AssertSame(expected, actual);
        Assert.Contains(ours.Output, l => l.StartsWith(string.Create(CultureInfo.InvariantCulture, $"sent {inFiles.Count:N0} of {inFiles.Count:N0} frames, 0 failed"), StringComparison.Ordinal));
        Assert.Equal((0, 0), (oracle.ExitCode, ours.ExitCode));
    }

    [Theory]
    [InlineData("-x", "2000")]
    [InlineData("--limit=7", "--pps=1000")]
    [InlineData("--loop=3", "--pps=5000")]
    [InlineData("--loop=3", "--topspeed", "--preload-pcap", "--limit=100")]
    [InlineData("--maxsleep=1", "--multiplier=1")]
    [InlineData("--pps=3000", "--pps-multi=5")]
    public async Task Options_SameFramesInSameOrder(params string[] options)
    {
        await using ReplayLab lab = await ReplayLab.Open();
        string capture = ReplayLab.EthernetCaptures(1500).First(p => ReplayLab.FramesOf(p).Count is > 20 and < 60);
        (_, List<byte[]> expected) = await lab.Run(Programs.Tcpreplay, ["-i", "near0", .. options, capture]);
        (_, List<byte[]> actual) = await lab.Run(ReplayLab.Command, ["-i", "near0", .. options, capture]);
        Assert.NotEmpty(expected);
        AssertSame(expected, actual);
    }

    private static void AssertSame(List<byte[]> expected, List<byte[]> actual)
    {
        for (int i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            int same = expected[i].AsSpan().CommonPrefixLength(actual[i]);
            Assert.True(
                same == expected[i].Length && same == actual[i].Length,
                $"frame {i} differs from octet {same} on: {Convert.ToHexString(expected[i])} by tcpreplay, {Convert.ToHexString(actual[i])} by us");
        }

        Assert.Equal(expected.Count, actual.Count);
    }
}
