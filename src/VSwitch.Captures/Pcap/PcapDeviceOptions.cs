using VSwitch.Captures.Replaying;

namespace VSwitch.Captures.Pcap;

/// <summary>What a <see cref="PcapDevice"/> plays and records.</summary>
public sealed record PcapDeviceOptions
{
    /// <summary>What comes out of the device; null for nothing.</summary>
    public ReplaySource? In { get; init; }

    /// <summary>When each frame is due, from the moment when somebody first receives.</summary>
    public ReplaySchedule Schedule { get; init; } = ReplaySchedule.Original();

    /// <summary>How it is replayed.</summary>
    public ReplayOptions Replay { get; init; } = new();

    /// <summary>Opens the stream that what is sent to the device is written to, as pcapng; null to throw it away.</summary>
    public Func<Stream>? Out { get; init; }

    /// <summary>Octets of the longest packet, without the Ethernet header.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Told how the replay went, once, on its thread.</summary>
    public Action<ReplayReport>? Replayed { get; init; }

    /// <summary>Told why a file could not be read or written any more, in a few words, on another thread.</summary>
    public Action<string>? Failed { get; init; }
}
