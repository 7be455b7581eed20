namespace VSwitch.Captures.Files;

/// <summary>The format of a capture file.</summary>
public enum CaptureFormat
{
    /// <summary>Classic pcap, times in microseconds.</summary>
    Pcap,

    /// <summary>Classic pcap, times in nanoseconds.</summary>
    NanosecondPcap,

    /// <summary>Classic pcap with the longer record header of Kuznetzov's patch (magic a1b2cd34); it is read, never written.</summary>
    ModifiedPcap,

    /// <summary>pcapng: several interfaces, comments, nanoseconds.</summary>
    Pcapng,
}
