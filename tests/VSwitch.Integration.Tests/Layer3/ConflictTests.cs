using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Integration.Tests.Layer3;

/// <summary>Two stations that have the same IP address: somebody is told.</summary>
public class ConflictTests
{
    [Fact]
    [Trait("Fault", "38")]
    public async Task TwoStations_OneAddress_IsReportedOnce()
    {
        string arping = Programs.Arping;
        await using SwitchLab lab = new(configure: s => s.AddGateway(new IpPrefix(IPAddress.Parse("10.88.0.254"), 24)));
        await lab.Reach(0, 1);
        await lab.Succeed(1, Programs.Ip, "addr", "add", $"{lab[0].IPv4}/32", "dev", lab[1].Interface);
        await lab.Run(1, arping, "-U", "-c", "1", "-I", lab[1].Interface, $"{lab[0].IPv4}");
        await Bounded.Until(() => lab.Log.Lines.Any(l => l.Contains("claimed by two stations", StringComparison.Ordinal)), "the conflict is reported");
        Assert.True(lab.Switch.Neighbors.Conflicts > 0);
        Assert.Single(lab.Log.Lines, l => l.Contains("claimed by two stations", StringComparison.Ordinal));
    }
}
