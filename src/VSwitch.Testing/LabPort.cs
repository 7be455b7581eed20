using VSwitch.Capturing;
using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Testing.Running;

namespace VSwitch.Testing;

/// <summary>A port of a lab's switch, and the station behind it: sends frames to the switch, and has what the switch sent.</summary>
public sealed class LabPort
{
    private const ulong FirstMac = 0x0200_0000_0001;

    private readonly SwitchLab _lab;

    internal LabPort(SwitchLab lab, LabSwitch owner, PluggedDevice plugged) => (_lab, Owner, Plugged) = (lab, owner, plugged);

    /// <summary>The name in its switch.</summary>
    public string Name => Port.Name;

    /// <summary>The switch.</summary>
    public LabSwitch Owner { get; }

    /// <summary>The port itself: its counters, its policy, whether it is blocked.</summary>
    public SwitchPort Port => Plugged.Port;

    /// <summary>An address for the station, of the lab's own: 02:00:00:00:00:01 for the first port. Nothing binds the station to it.</summary>
    public MacAddress Mac => new(FirstMac + (ulong)Plugged.Journal.Number);

    /// <summary>What the station has received since the beginning, or since <see cref="Forget"/>.</summary>
    public IReadOnlyList<LabFrame> Received => [.. _lab.Journal.Sent(Plugged.Journal, Plugged.FirstRecord).Select(r => new LabFrame(r))];

    internal PluggedDevice Plugged { get; }

    internal SwitchLab Lab => _lab;

    /// <summary>The station sends frames now, one after the other: each is forwarded before the next, and all are when this returns. No time passes.</summary>
    /// <param name="frames">Each from the Ethernet header on, without FCS; at a port of bare IP packets, from the IP header on.</param>
    /// <exception cref="ArgumentException">A frame is longer than any.</exception>
    /// <exception cref="InvalidOperationException">The port has been unplugged.</exception>
    public void Send(params IEnumerable<byte[]> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        foreach (byte[] frame in frames)
        {
            ArgumentNullException.ThrowIfNull(frame, nameof(frames));
            if (frame.Length > FrameBatch.MaxFrameLength)
            {
                throw new ArgumentException($"{this}: a frame of {frame.Length} octets: the longest has {FrameBatch.MaxFrameLength}", nameof(frames));
            }

            _lab.CheckIsPlugged(this);
            _lab.Schedule.Send(Plugged, frame);
        }
    }

    /// <summary>The station sends a frame now.</summary>
    /// <inheritdoc cref="Send(IEnumerable{byte[]})"/>
    /// <param name="frame">Is built.</param>
    public void Send(FrameBuilder frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Send(Port.Device.LinkLayer == LinkLayer.Ip ? frame.BuildPacket() : frame.Build());
    }

    /// <summary>Begins a frame of this station to another.</summary>
    public FrameBuilder FrameTo(LabPort other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return FrameTo(other.Mac);
    }

    /// <inheritdoc cref="FrameTo(LabPort)"/>
    public FrameBuilder FrameTo(MacAddress other) => new FrameBuilder().From(Mac).To(other);

    /// <summary>The link goes up or down, and the switch takes note. A station at a link that is down can still send, and is not heard.</summary>
    public void SetLink(bool up)
    {
        Plugged.Device.Say(up ? DeviceEvent.Up : DeviceEvent.Down);
        Plugged.Runner.Advance();
    }

    /// <summary>Frames dropped here since the beginning, or since <see cref="Forget"/>: at ingress of those that came in here, at egress of those that were to go out here.</summary>
    public long Drops(DropReason reason) => Plugged.Drops(reason);

    /// <summary>What would become of a frame that came in here now, step by step, each with its reason; nothing is sent or learned.</summary>
    public string Explain(byte[] frame) => Owner.Switch.Explain(Port, frame).ToString();

    /// <summary>Expectations look only at what comes from now on. Captures have all.</summary>
    public void Forget() => Plugged.Forget(_lab.Journal.Count);

    /// <summary>The name in the lab.</summary>
    public override string ToString() => Plugged.Journal.Name;

    /// <summary>Frames that came in here, since <see cref="Forget"/>.</summary>
    internal IEnumerable<LabFrame> Came() =>
        from number in Enumerable.Range(Plugged.FirstRecord, _lab.Journal.Count - Plugged.FirstRecord)
        let record = _lab.Journal[number]
        where record.Port == Plugged.Journal && record.Direction == CaptureDirections.In
        select new LabFrame(record);
}
