namespace VSwitch.Frames;

/// <summary>Work on a frame that a device leaves to whoever comes later.</summary>
[Flags]
public enum OffloadKinds
{
    /// <summary>Frames are finished: no longer than the MTU, checksums complete.</summary>
    None = 0,

    /// <summary>An unfinished L4 checksum (VIRTIO_NET_HDR_F_NEEDS_CSUM).</summary>
    Checksum = 1,

    /// <summary>TCP over IPv4 super-frames.</summary>
    Tso4 = 2,

    /// <summary>TCP over IPv6 super-frames.</summary>
    Tso6 = 4,

    /// <summary>TCP super-frames whose first segment alone carries CWR.</summary>
    TsoEcn = 8,

    /// <summary>UDP super-frames, over both families.</summary>
    Uso = 16,

    /// <summary>All of them.</summary>
    All = Checksum | Tso4 | Tso6 | TsoEcn | Uso,
}
