using VSwitch.Identifiers;
using VSwitch.Vlans;

namespace VSwitch.RegressionSamples;

/// <summary>A capture as a regression test: yesterday's traffic of the trunk, and the VLANs stay apart.</summary>
public sealed class TrunkTests
{
    [Fact]
    public void Trunk_YesterdaysCapture_KeepsVlansApart()
    {
        using var lab = new SwitchLab(new LabOptions { Seed = 1 });
        LabPort trunk = lab.AddPort("trunk", PortVlans.Trunk(VlanSet.Parse("10,20")));
        LabPort office = lab.AddPort("office", PortVlans.Access(new VlanId(10)));
        LabPort printers = lab.AddPort("printers", PortVlans.Access(new VlanId(20)));

        long sent = lab.Replay(OfficeCapture.Write()).Into(trunk);
        lab.Run();

        Assert.Equal(30, sent);
        lab.Expect(trunk).Nothing();
        lab.Expect(office).Frames(15);
        lab.Expect(printers).Frames(15);
        Assert.All(office.Received, frame => Assert.Equal(new VlanId(10), frame.Vlan));
        Assert.All(printers.Received, frame => Assert.Equal(new VlanId(20), frame.Vlan));
        lab.ExpectGolden(); // and every octet is as it was when golden/TrunkTests.Trunk_....pcapng was accepted
    }
}
