using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Testing.Expecting;
using VSwitch.Testing.Recording;

namespace VSwitch.Testing;

/// <summary>A frame that a station sent or received.</summary>
public sealed class LabFrame
{
    private readonly JournalRecord _record;

    internal LabFrame(JournalRecord record) => _record = record;

    /// <summary>From the Ethernet header on, without FCS; at a port of bare IP packets, from the IP header on.</summary>
    public ReadOnlyMemory<byte> Octets => _record.Octets;

    /// <summary>What it begins with.</summary>
    public LinkLayer LinkLayer => _record.Port.LinkLayer;

    /// <summary>When, since the lab was made, in whole ticks of 100 ns.</summary>
    public TimeSpan Time => TimeSpan.FromTicks(_record.Nanoseconds / TimeSpan.NanosecondsPerTick);

    /// <summary>The VLAN that the switch put it into; zero where it did not come to that.</summary>
    public VlanId Vlan => _record.Vlan;

    /// <summary>Why it went no further; none for what a station received.</summary>
    public DropReason Drop => _record.Drop;

    internal ref readonly JournalRecord Record => ref _record;

    /// <summary>In one line, much as tcpdump would say it.</summary>
    public override string ToString() => FrameText.Of(_record.Octets.Span, _record.Port.LinkLayer);
}
