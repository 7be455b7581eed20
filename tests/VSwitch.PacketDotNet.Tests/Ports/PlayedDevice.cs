using System.Net.NetworkInformation;
using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;

namespace VSwitch.PacketDotNet.Tests.Ports;

/// <summary>A live device of SharpPcap as a test wants it: gives frames, then ends as it is told; sends into a list, or throws.</summary>
internal sealed class PlayedDevice(IEnumerable<byte[]> frames, Func<GetPacketStatus> end) : ILiveDevice
{
    private readonly Queue<byte[]> _frames = new(frames);
    private byte[] _last = [];

    public event PacketArrivalEventHandler OnPacketArrival
    {
        add => throw new NotSupportedException();
        remove => throw new NotSupportedException();
    }

    public event CaptureStoppedEventHandler OnCaptureStopped
    {
        add => throw new NotSupportedException();
        remove => throw new NotSupportedException();
    }

    public string Name => "played0";

    public string Description => "";

    public string? LastError => "the interface is gone";

    public string? Filter { get; set; }

    public PhysicalAddress? MacAddress => null;

    public LinkLayers LinkType { get; init; } = LinkLayers.Ethernet;

    public bool Started => false;

    public TimeSpan StopCaptureTimeout { get; set; }

    public ICaptureStatistics? Statistics => null;

    public TimestampResolution TimestampResolution => TimestampResolution.Nanosecond;

    /// <summary>Octets that a frame had before it was cut; 0 for as many as it has.</summary>
    internal uint OriginalLength { get; init; }

    internal List<byte[]> Sent { get; } = [];

    internal bool IsClosed { get; private set; }

    public void Open(DeviceConfiguration configuration) => throw new NotSupportedException("it is open");

    public void Close() => IsClosed = true;

    public void Dispose() => Close();

    public void StartCapture() => throw new NotSupportedException();

    public void StopCapture() => throw new NotSupportedException();

    public void Capture() => throw new NotSupportedException();

    // The last frame is given again with whatever status, as SharpPcap does.
    public GetPacketStatus GetNextPacket(out PacketCapture e)
    {
        bool isThere = _frames.TryDequeue(out byte[]? frame);
        _last = frame ?? _last;
        e = new PacketCapture(this, new PcapHeader(1, 2, OriginalLength > 0 ? OriginalLength : (uint)_last.Length, (uint)_last.Length), _last);
        return isThere ? GetPacketStatus.PacketRead : end();
    }

    public void SendPacket(ReadOnlySpan<byte> p, ICaptureHeader? header = null)
    {
        if (p.Length > 1000)
        {
            throw new InvalidOperationException("send: Message too long");
        }

        lock (Sent)
        {
            Sent.Add(p.ToArray());
        }
    }
}
