using VSwitch.Frames;
using VSwitch.Policies;
using VSwitch.Wire;

namespace VSwitch.RegressionSamples;

/// <summary>Limits as regression tests: what belongs to the link stays there, and a storm is capped.</summary>
public sealed class LinkProtocolTests
{
    private const EtherType Lldp = (EtherType)0x88CC;

    [Fact]
    public void LldpAndSpanningTree_FromACustomer_AreNotForwarded()
    {
        using var lab = new SwitchLab();
        LabPort customer = lab.AddPort("customer", new PortPolicy { ReservedAddresses = new(ReservedAddressAction.Drop) });
        LabPort neighbor = lab.AddPort("neighbor");

        customer.Send(new FrameBuilder().From(customer.Mac).To("01:80:c2:00:00:0e").Type(Lldp));
        customer.Send(new FrameBuilder().From(customer.Mac).To("01:80:c2:00:00:00").Type((EtherType)38)); // a length: LLC, as BPDUs have

        lab.Expect(neighbor).Nothing();
        lab.Expect(customer).Drops(DropReason.ReservedAddress, 2);
    }

    [Fact]
    public void BroadcastStorm_IsCapped_AndTheLimitComesBack()
    {
        using var lab = new SwitchLab();
        LabPort noisy = lab.AddPort("noisy", new PortPolicy { StormControl = new StormControl { Broadcast = RateLimit.Frames(100, burst: 10) } });
        LabPort victim = lab.AddPort("victim");

        noisy.Send(Enumerable.Range(0, 1000).Select(i => new FrameBuilder().From(noisy.Mac).Broadcast().Payload($"{i}").Build()));
        lab.Expect(victim).Frames(10);
        lab.Expect(noisy).Drops(DropReason.StormControl, 990);

        lab.Advance(TimeSpan.FromSeconds(1)); // which takes no second
        lab.Forget();
        noisy.Send(new FrameBuilder().From(noisy.Mac).Broadcast());
        lab.Expect(victim).Frames(1);
    }
}
