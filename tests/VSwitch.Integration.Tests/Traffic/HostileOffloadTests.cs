using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Integration.Tests.Traffic;

[Collection(Collections.Heavy)]
public class HostileOffloadTests
{
    private const int Frames = 20_000;

    /// <summary>A peer whose driver lies about its frames, beside real TAPs: the kernel must never be the one who notices.</summary>
    [Fact]
    [Trait("Fault", "13")]
    [Trait("Fault", "14")]
    [Trait("Fault", "17")]
    public async Task Offload_ThatLies_IsDroppedBeforeTheKernelSeesIt()
    {
        await using SwitchLab lab = new(3, (i, spec) => spec with { Offload = i != 1 });
        (PipeDevice inside, PipeDevice outside) = PipeDevice.CreatePair("liar", offloads: OffloadKinds.All);
        lab.Host.AddPort(inside, "liar");
        TrafficCounters liar = lab.Switch.FindPort("liar")!.Counters;
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);

        Random random = new(13);
        FrameBatch batch = new(1);
        for (int i = 0; i < Frames; i++)
        {
            batch.Clear();
            (byte[] octets, OffloadInfo offload) = Lie(random);
            batch.TryAppend(octets, offload);
            while (outside.TrySend(batch, [0]) == 0)
            {
                await Bounded.Within(outside.WaitToSendAsync(TestContext.Current.CancellationToken).AsTask());
            }
        }

        await Bounded.Until(() => liar.ReceivedFrames == Frames, "all of them came in");
        Assert.InRange(liar.Drops(DropReason.BadOffload), 1, Frames - 1);
        await flow.Progress();
        await flow.Stop();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(0, lab.Counters(i).Drops(DropReason.DeviceRefused));
        }
    }

    private static (byte[] Octets, OffloadInfo Offload) Lie(Random random)
    {
        bool four = random.Next(2) == 0;
        (string from, string to) = four ? ("10.88.0.77", "10.88.0.1") : ("fd00:88::77", "fd00:88::1");
        FrameBuilder builder = new FrameBuilder().From(new MacAddress(0x0200_0000_0D00)).To(MacAddress.Broadcast);
        for (int tags = random.Next(3); tags > 0; tags--)
        {
            builder.Vlan(random.Next(1, 4095));
        }

        int payload = random.Next(4) == 0 ? random.Next(40) : random.Next(9000);
        bool tcp = random.Next(2) == 0;
        builder = tcp ? builder.Tcp(from, to, payload, finishChecksum: false) : builder.Udp(from, to, payload, finishChecksum: false);
        byte[] octets = builder.Build();
        GsoType type = tcp ? (four ? GsoType.TcpIPv4 : GsoType.TcpIPv6) : GsoType.UdpSegmentation;
        byte[] header = new byte[OffloadInfo.Length];
        builder.Offload(random.Next(3) == 0 ? GsoType.None : type, random.Next(1, 3000)).Write(header);
        for (int changes = random.Next(4); changes > 0; changes--)
        {
            header[random.Next(header.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : random.Next(8));
        }

        if (random.Next(8) == 0)
        {
            octets = octets[..random.Next(14, octets.Length)];
        }

        return (octets, OffloadInfo.Read(header));
    }
}
