using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Integration.Tests.Traffic;

[Collection(Collections.Heavy)]
public class LearningTests
{
    private static readonly MacAddress s_nomad = new(0x0200_0000_0B0B);

    [Theory]
    [InlineData("00:00:00:00:00:00")]
    [InlineData("01:00:5e:00:00:01")]
    [InlineData("ff:ff:ff:ff:ff:ff")]
    [Trait("Fault", "18")]
    public async Task Source_ThatIsNobody_IsDroppedNotLearned(string source)
    {
        await using SwitchLab lab = new();
        using PacketSocket a = lab[0].Packets();
        using PacketSocket b = lab[1].Packets();
        byte[] bad = new FrameBuilder().From(source).To(lab[1].Mac).Build();
        byte[] marker = new FrameBuilder().From(lab[0].Mac).To(lab[1].Mac).Build();
        a.Send(bad);
        a.Send(marker);
        Assert.DoesNotContain(b.ReceiveUntil(f => f.AsSpan().SequenceEqual(marker), "the marker"), f => f.AsSpan().SequenceEqual(bad));
        Assert.Equal(1, lab.Counters(0).Drops(DropReason.InvalidSource));
        Assert.DoesNotContain(lab.Switch.GetStations(), s => s.Mac == MacAddress.Parse(source));
    }

    [Fact]
    [Trait("Fault", "19")]
    public async Task Destination_BehindItsOwnPort_IsNotSentBack()
    {
        await using SwitchLab lab = new();
        using PacketSocket a = lab[0].Packets();
        using PacketSocket b = lab[1].Packets();
        byte[] self = new FrameBuilder().From(s_nomad).To(s_nomad).Build();
        byte[] marker = new FrameBuilder().From(s_nomad).To(MacAddress.Broadcast).Build();
        byte[] answer = new FrameBuilder().From(lab[1].Mac).To(s_nomad).Build();
        a.Send(self);
        a.Send(marker);
        Assert.DoesNotContain(b.ReceiveUntil(f => f.AsSpan().SequenceEqual(marker), "the marker"), f => f.AsSpan().SequenceEqual(self));
        b.Send(answer);
        List<byte[]> back = a.ReceiveUntil(f => f.AsSpan().SequenceEqual(answer), "the answer");
        Assert.DoesNotContain(back, f => f.AsSpan().SequenceEqual(self) || f.AsSpan().SequenceEqual(marker));
        Assert.Equal(1, lab.Counters(0).Drops(DropReason.SamePort));
    }

    [Fact]
    [Trait("Fault", "20")]
    public async Task Station_ThatMoves_IsFollowedEveryTime()
    {
        const int Moves = 200;
        await using SwitchLab lab = new(3);
        PacketSocket[] places = [lab[0].Packets(), lab[1].Packets()];
        using PacketSocket asker = lab[2].Packets();
        for (int i = 0; i < Moves; i++)
        {
            byte[] number = [(byte)i, (byte)(i >> 8)];
            byte[] here = new FrameBuilder().From(s_nomad).To(lab[2].Mac).Payload(number).Build();
            places[i % 2].Send(here);
            asker.ReceiveUntil(f => f.AsSpan().SequenceEqual(here), "the nomad at its new place");
            byte[] question = new FrameBuilder().From(lab[2].Mac).To(s_nomad).Payload(number).Build();
            asker.Send(question);
            places[i % 2].ReceiveUntil(f => f.AsSpan().SequenceEqual(question), "the question at the new place");
        }

        Assert.Equal(Moves - 1, lab.Switch.FilteringDatabase.Moves);
        Assert.Empty(lab.Log.Lines);
        places[0].Dispose();
        places[1].Dispose();
    }
}
