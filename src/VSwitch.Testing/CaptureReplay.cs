using VSwitch.Captures.Files;
using VSwitch.Identifiers;
using VSwitch.Testing.Replaying;
using VSwitch.Testing.Running;

namespace VSwitch.Testing;

/// <summary>A capture that is to be replayed: which of its packets, how fast, how often. Made by <see cref="SwitchLab.Replay"/>; <see cref="Into"/> is the last word.</summary>
/// <remarks>
/// Time zero of a replay is the first packet of the file, wanted or not: the two sides of a conversation, replayed into two ports, keep their times to each other.
/// </remarks>
public sealed class CaptureReplay
{
    private readonly SwitchLab _lab;
    private readonly string _path;
    private ReplayChoice _choice = new();
    private TimeSpan _delay;
    private double? _speed = 1;
    private int _rounds = 1;

    internal CaptureReplay(SwitchLab lab, string path) => (_lab, _path) = (lab, path);

    /// <summary>Only packets that match an expression of tcpdump, such as <c>tcp port 80</c>; needs libpcap.</summary>
    public CaptureReplay Filter(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return With(_choice with { Filter = expression });
    }

    /// <summary>Only packets that were captured at an interface, by its name.</summary>
    public CaptureReplay Interface(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return With(_choice with { InterfaceName = name });
    }

    /// <summary>Only packets that went one way where they were captured; needs a pcapng that says so.</summary>
    public CaptureReplay Direction(PacketDirection direction) => With(_choice with { Direction = direction });

    /// <summary>Only frames of one station.</summary>
    public CaptureReplay FromSource(MacAddress source) => With(_choice with { Source = source });

    /// <inheritdoc cref="FromSource(MacAddress)"/>
    public CaptureReplay FromSource(string source) => FromSource(MacAddress.Parse(source));

    /// <summary>At most so many packets, of those that are wanted.</summary>
    public CaptureReplay Limit(int packets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(packets, 1);
        return With(_choice with { Limit = packets });
    }

    /// <summary>Changes each packet before it is sent.</summary>
    /// <param name="change">Gets a copy of its own, and gives what is to be sent; null leaves the packet out.</param>
    public CaptureReplay Change(Func<byte[], byte[]?> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return With(_choice with { Change = change });
    }

    /// <summary>A capture that is damaged, or was cut off, is replayed as far as it can be read; otherwise it is an error.</summary>
    public CaptureReplay UpToDamage() => With(_choice with { ToleratesDamage = true });

    /// <summary>
    /// Packets that were captured without an Ethernet header (RAW, IPv4, IPv6, SLL, SLL2, NULL, LOOP) get one, with invented addresses where the capture has none; otherwise they are an error at a port of Ethernet.
    /// </summary>
    public CaptureReplay AsEthernet() => With(_choice with { Converts = true });

    /// <summary>Faster or slower than it was captured.</summary>
    /// <param name="factor">2 is twice as fast.</param>
    public CaptureReplay Speed(double factor)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(double.IsFinite(factor) && factor > 0, true, nameof(factor));
        _speed = factor;
        return this;
    }

    /// <summary>All packets in one moment, one after the other.</summary>
    public CaptureReplay AtOnce()
    {
        _speed = null;
        return this;
    }

    /// <summary>Several times: a round begins when the last packet of the one before is sent.</summary>
    public CaptureReplay Loop(int rounds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        _rounds = rounds;
        return this;
    }

    /// <summary>Begins later.</summary>
    /// <param name="delay">From <see cref="Into"/> on.</param>
    public CaptureReplay After(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        _delay = delay;
        return this;
    }

    /// <summary>The station at a port sends the packets, from now on, as time passes. Several replays are merged by time; of one moment, the one that was entered first goes first.</summary>
    /// <returns>How many frames will be sent, all rounds counted.</returns>
    /// <exception cref="InvalidDataException">The file is no capture, is damaged, has a link type that the port does not take, or none of its packets is wanted; one line with the file and the place.</exception>
    /// <exception cref="ArgumentException">The port is of another lab, or the file has no interface of that name.</exception>
    /// <exception cref="FormatException">The filter is wrong.</exception>
    /// <exception cref="InvalidOperationException">There is a filter, and libpcap is not there.</exception>
    public long Into(LabPort port)
    {
        _lab.Check(port);
        List<ReplayFrame> frames = CaptureLoader.Load(_path, port.ToString(), port.Port.Device.LinkLayer, _choice);
        for (int i = 0; i < frames.Count; i++)
        {
            frames[i] = frames[i] with { Nanoseconds = _speed switch { null => 0, 1 => frames[i].Nanoseconds, { } factor => (long)(frames[i].Nanoseconds / factor) } };
        }

        _lab.Begin(port, _path, frames, _delay.Ticks * TimeSpan.NanosecondsPerTick, _rounds);
        return (long)frames.Count * _rounds;
    }

    private CaptureReplay With(ReplayChoice choice)
    {
        _choice = choice;
        return this;
    }
}
