using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Integration.Tests.Traffic;

[Collection(Collections.Heavy)]
public class VlanTests
{
    private static readonly byte[] s_payload = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];

    public static TheoryData<string, byte[]> Frames() => new()
    {
        { "one tag", Frame(0, 1).Vlan(5).Build() },
        { "tag with priority", Frame(0, 1).Vlan(4094, priority: 7).Build() },
        { "priority tag, VID 0", Frame(0, 1).Vlan(0, priority: 3).Build() },
        { "two tags, 802.1ad outside", Frame(0, 1).Vlan(7, tpid: EtherType.ServiceVlan).Vlan(9).Build() },
        { "two tags, 802.1Q outside", Frame(0, 1).Vlan(7).Vlan(9).Build() },
        { "longest tagged frame", Frame(0, 1).Vlan(5).Payload(new byte[1500]).Build() },
        { "as short as can be", Frame(0, 1).Payload([]).Build() },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    [Trait("Fault", "2")]
    public async Task Frame_TaggedOrNot_ArrivesOctetForOctet(string what, byte[] frame)
    {
        foreach (bool offload in new[] { true, false })
        {
            await using SwitchLab lab = new(2, (i, spec) => spec with { Offload = i == 0 || offload });
            using PacketSocket a = lab[0].Packets();
            using PacketSocket b = lab[1].Packets();
            a.Send(frame);
            b.ReceiveUntil(f => f.AsSpan().SequenceEqual(frame), what);
        }
    }

    [Fact]
    [Trait("Fault", "33")]
    public async Task Frame_ReservedVid_IsDroppedAndCounted()
    {
        await using SwitchLab lab = new();
        using PacketSocket a = lab[0].Packets();
        using PacketSocket b = lab[1].Packets();
        a.Send(Frame(0, 1).Vlan(4095).Build());
        byte[] marker = Frame(0, 1).Vlan(4094).Build();
        a.Send(marker);
        List<byte[]> seen = b.ReceiveUntil(f => f.AsSpan().SequenceEqual(marker), "the frame behind it");
        Assert.Single(seen, f => IsOurs(f, 0));
        Assert.Equal(1, lab.Counters(0).Drops(DropReason.ReservedVlan));
    }

    [Fact]
    public async Task Station_LearnedInOneVlan_IsUnknownInAnother()
    {
        await using SwitchLab lab = new(3, workers: 1);
        using PacketSocket a = lab[0].Packets();
        using PacketSocket b = lab[1].Packets();
        using PacketSocket c = lab[2].Packets();
        a.Send(Frame(0, 1).Vlan(5).Build());
        b.ReceiveUntil(f => IsOurs(f, 0), "A's frame");
        Assert.Contains(lab.Switch.GetStations(), s => s.Mac == lab[0].Mac && s.Vlan == new VlanId(5) && s.Port == lab.Port(0).Id);

        byte[] known = Frame(1, 0).Vlan(5).Build();
        byte[] unknown = Frame(1, 0).Vlan(6).Build();
        b.Send(known);
        b.Send(unknown);
        List<byte[]> atC = c.ReceiveUntil(f => IsOurs(f, 1), "the flood");
        Assert.Equal(unknown, atC[^1]);
        List<byte[]> atA = [.. a.ReceiveUntil(f => f.AsSpan().SequenceEqual(unknown), "both frames").Where(f => IsOurs(f, 1))];
        Assert.Equal([known, unknown], atA);
    }

    private static FrameBuilder Frame(int from, int to) =>
        new FrameBuilder().From(Mac(from)).To(Mac(to)).Payload(s_payload);

    private static MacAddress Mac(int station) => LabStation.MacOf(station);

    private static bool IsOurs(byte[] frame, int from) =>
        EthernetHeader.TryRead(frame, out EthernetHeader header) && header.Source == Mac(from)
        && frame.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x88, 0xB5]) is > 0 and < 24;
}
