using System.Buffers.Binary;
using VSwitch.Devices;
using VSwitch.Forwarding;
using VSwitch.Frames;
using VSwitch.TestKit;
using VSwitch.Tests.Devices;
using VSwitch.Wire;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Nothing is allocated for a packet once all is warm.</summary>
[Collection(nameof(Alone))]
public sealed class Layer3AllocationTests
{
    private const int Bursts = 20_000;
    private const int PerBurst = 16;

    [Theory]
    [InlineData("10.0.0.5", "10.0.0.1", T, A)]
    [InlineData("fd00::5", "fd00::1", T, A)]
    [InlineData("10.0.0.5", "10.0.0.6", T, U)]
    [InlineData("fd00::5", "fd00::6", T, U)]
    [InlineData("10.0.0.1", "10.0.0.5", A, T)]
    [InlineData("fd00::1", "fd00::5", A, T)]
    [InlineData("10.1.0.5", "10.0.0.1", V, A)]
    [InlineData("fd01::5", "fd00::1", V, A)]
    [InlineData("10.0.0.1", "10.1.0.5", A, V)]
    [InlineData("10.1.0.5", "10.0.0.6", V, U)]
    [InlineData("10.0.0.5", "224.0.0.251", T, B)]
    public void Forwarded_AllocatesNothing(string from, string to, int ingress, int egress)
    {
        TestSwitch net = CreateRouted();
        net.Announce(A, from.Contains(':', StringComparison.Ordinal) ? "fd00::1" : "10.0.0.1");
        byte[] octets = ingress == A
            ? (egress == T ? net.ToTun(A, T) : net.ToRouter(A)).Udp(from, to, 100).Build()
            : Udp(from, to, 100).BuildPacket();
        Assert.Equal(Bursts * 3 * PerBurst, AssertNothingAllocated(net, ingress, egress, octets, (_, _) => { }));
    }

    /// <summary>The switch joins no fragments: whatever datagrams they are of, nothing is kept.</summary>
    [Theory]
    [Trait("Fault", "9")]
    [InlineData("10.0.0.5")]
    [InlineData("10.1.0.254")] // the switch itself: nothing arrives anywhere
    public void FragmentsOfAMillionDatagrams_AllocateNothing(string to)
    {
        TestSwitch net = CreateRouted();
        byte[] fragment = Udp("10.1.0.5", to, 64).FragmentWord(0x2001).BuildPacket();
        int arrived = AssertNothingAllocated(net, V, T, fragment, (packet, number) =>
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[IPv4Header.IdentificationOffset..], (ushort)number);
            IPv4Header.WriteChecksum(packet[..IPv4Header.MinLength]);
        });
        Assert.Equal(to == "10.0.0.5" ? Bursts * 3 * PerBurst : 0, arrived);
        Assert.Equal(0, net.Unaccounted());
    }

    /// <returns>Packets that arrived.</returns>
    private static int AssertNothingAllocated(TestSwitch net, int ingress, int egress, byte[] octets, ChangePacket change)
    {
        FrameBatch sent = DeviceSteps.BatchOf(Enumerable.Repeat(octets, PerBurst));
        int[] which = [.. Enumerable.Range(0, PerBurst)];
        var received = new FrameBatch();
        ForwardingPipeline pipeline = net.Switch.CreatePipeline();
        AttachedDevice queue = net.Ports[ingress].Queues[0];
        int number = 0;
        int arrived = 0;
        for (int i = 0; i < Bursts; i++)
        {
            ForwardAll();
        }

        int expected = arrived;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Bursts * 2; i++)
        {
            ForwardAll();
        }

        long perBurst = (GC.GetAllocatedBytesForCurrentThread() - before) / (Bursts * 2);
        Assert.InRange(perBurst, 0, 1);
        Assert.Equal(expected * 3, arrived);
        return arrived;

        void ForwardAll()
        {
            for (int i = 0; i < PerBurst; i++)
            {
                change(sent.Octets(i), number++);
            }

            net.Stations[ingress].Device.TrySend(sent, which);
            pipeline.MarkReady(queue);
            while (pipeline.HasReady)
            {
                pipeline.RunBurst();
            }

            for (int i = 0; i < net.Stations.Count; i++)
            {
                received.Clear();
                net.Stations[i].Device.TryReceive(received);
                arrived += i == egress ? received.Count : 0;
            }
        }
    }

    private delegate void ChangePacket(Span<byte> packet, int number);
}
