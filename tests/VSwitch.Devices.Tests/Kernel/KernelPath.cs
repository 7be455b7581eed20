using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests.Kernel;

/// <summary>
/// The oracle: a super-frame goes into a TAP with offloads, through the kernel's bridge, and out of a TAP without any, so that the kernel cuts it and
/// finishes its checksums.
/// </summary>
/// <remarks>In a network namespace of its own, which ends with the two descriptors.</remarks>
public sealed class KernelPath : IDisposable
{
    private const int PatienceMilliseconds = 5_000;
    private const int ProbeMilliseconds = 50;

    // From FrameBuilder's station, so that the bridge learns nothing else; IEEE 802 local experimental EtherType 2.
    private static readonly byte[] Marker = new FrameBuilder().Type((VSwitch.Wire.EtherType)0x88B6).Build();

    private KernelTap? _in;
    private KernelTap? _out;

    public KernelPath()
    {
        if (KernelTap.Obstacle is null)
        {
            KernelTap.InNewNamespace(Build);
            AwaitForwarding();
        }
    }

    /// <summary>Skips the test where there is no TAP to be had.</summary>
    public static void SkipUnlessPossible()
    {
        if (KernelTap.Obstacle is { } obstacle)
        {
            Assert.Skip(obstacle);
        }
    }

    /// <summary>Sends a frame and collects what comes out.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="expected">How many frames to wait for; those that come besides are returned too.</param>
    internal List<byte[]> Forward(SuperFrame frame, int expected)
    {
        Assert.Equal(0, Offer(frame));
        var frames = new List<byte[]>();
        while (frames.Count < expected && ReadOurs(PatienceMilliseconds) is { } octets)
        {
            frames.Add(octets);
        }

        Assert.Equal(0, _in!.Write(new byte[KernelTap.VnetHeaderOctets], Marker));
        while (ReadOurs(PatienceMilliseconds) is { } octets && !octets.AsSpan().SequenceEqual(Marker))
        {
            frames.Add(octets);
        }

        return frames;
    }

    public void Dispose()
    {
        _in?.Dispose();
        _out?.Dispose();
    }

    private int Offer(SuperFrame frame)
    {
        Span<byte> header = stackalloc byte[OffloadInfo.Length];
        frame.Offload.Write(header);
        return _in!.Write(header, frame.Octets);
    }

    private void Drain()
    {
        while (_out!.Read(0) is not null)
        {
        }
    }

    private void Build()
    {
        Quieten("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1"); // no neighbour discovery of the namespace's own
        Quieten("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
        Quieten("/proc/sys/net/bridge/bridge-nf-call-iptables", "0"); // a bridge, not a firewall
        Quieten("/proc/sys/net/bridge/bridge-nf-call-ip6tables", "0");
        _in = KernelTap.Open("vstest-in", vnetHeader: true);
        _out = KernelTap.Open("vstest-out", vnetHeader: false);
        KernelTap.Bridge("vstest-br", "vstest-in", "vstest-out");
    }

    // Where /proc/sys is read-only the namespace talks a little; those frames are not from our station.
    private static void Quieten(string path, string value)
    {
        try
        {
            File.WriteAllText(path, value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{path}: {e.Message}");
        }
    }

    private void AwaitForwarding()
    {
        for (int tries = 0; tries < PatienceMilliseconds / ProbeMilliseconds; tries++)
        {
            Assert.Equal(0, _in!.Write(new byte[KernelTap.VnetHeaderOctets], Marker));
            if (ReadOurs(ProbeMilliseconds) is not null)
            {
                Drain();
                return;
            }
        }

        Assert.Fail("the bridge does not forward");
    }

    private byte[]? ReadOurs(int timeoutMilliseconds)
    {
        while (_out!.Read(timeoutMilliseconds) is { } octets)
        {
            if (octets.AsSpan(6, 6).SequenceEqual(Marker.AsSpan(6, 6)))
            {
                return octets;
            }
        }

        return null;
    }
}
