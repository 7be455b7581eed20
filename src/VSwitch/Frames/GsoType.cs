namespace VSwitch.Frames;

/// <summary>How a super-frame is to be cut (virtio_net_hdr.gso_type without the ECN bit).</summary>
/// <remarks>Source: linux/virtio_net.h; Virtual I/O Device (VIRTIO) Version 1.2, section 5.1.6.</remarks>
public enum GsoType : byte
{
    /// <summary>Not a super-frame.</summary>
    None = 0,

    /// <summary>TCP over IPv4.</summary>
    TcpIPv4 = 1,

    /// <summary>UDP fragmentation (UFO), deprecated: never taken, never given.</summary>
    UdpFragmentation = 3,

    /// <summary>TCP over IPv6.</summary>
    TcpIPv6 = 4,

    /// <summary>UDP segmentation (USO), each segment a datagram of its own.</summary>
    UdpSegmentation = 5,
}
