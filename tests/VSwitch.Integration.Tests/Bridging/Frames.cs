using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.TestKit;
using VSwitch.Vlans;

namespace VSwitch.Integration.Tests.Bridging;

/// <summary>Policies and frames that these tests share.</summary>
internal static class Frames
{
    internal static PortPolicy Access(ushort vlan) => new() { Vlans = PortVlans.Access(new VlanId(vlan)) };

    internal static PortPolicy Trunk(string vlans) => new() { Vlans = PortVlans.Trunk(VlanSet.Parse(vlans)) };

    internal static PortOptions With(PortPolicy policy) => new() { Policy = policy };

    /// <summary>A broadcast that is told from others by its number.</summary>
    internal static FrameBuilder Broadcast(LabStation from, int number = 0) => Numbered(from.Mac, MacAddress.Broadcast, number);

    internal static FrameBuilder Numbered(MacAddress from, MacAddress to, int number) =>
        new FrameBuilder().From(from).To(to).Payload([(byte)number, (byte)(number >> 8), .. new byte[100]]);

    internal static bool Is(byte[] frame, byte[] other) => frame.AsSpan().SequenceEqual(other);

    /// <summary>A station of none of the lab's.</summary>
    internal static MacAddress Stranger(int number) => new(0x0600_0000_0000UL + (ulong)number);

    /// <summary>Octets of a frame on average: above an MTU or two, super-frames passed whole.</summary>
    internal static double ReceivedLength(SwitchPort port) => (double)port.Counters.ReceivedOctets / port.Counters.ReceivedFrames;

    internal static double SentLength(SwitchPort port) => (double)port.Counters.SentOctets / port.Counters.SentFrames;
}
