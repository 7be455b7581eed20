using System.Runtime.InteropServices;
using SharpPcap.LibPcap;

namespace VSwitch.PacketDotNet.Ports;

/// <summary>What SharpPcap does not offer of libpcap, or gets wrong, for a device that it has opened.</summary>
internal static class LibPcap
{
    private const int PCAP_D_IN = 1; // pcap/pcap.h

    private static readonly string[] s_names = ["libpcap.so", "libpcap.so.0", "libpcap.so.0.8", "libpcap.so.1"]; // as SharpPcap looks for it: its handle is for no other
    private static readonly nint s_library = Load();
    private static readonly SetDirection? s_setDirection = Find<SetDirection>("pcap_setdirection");
    private static readonly GetStatistics? s_getStatistics = Find<GetStatistics>("pcap_stats");

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int SetDirection(nint pcap, int direction);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int GetStatistics(nint pcap, out PcapStat statistics);

    /// <summary>Has libpcap show only what comes in by the interface.</summary>
    /// <remarks>The filter <c>inbound</c> would not do: libpcap runs a filter on the first frame itself, where it can't see the direction, and that frame is lost without a count.</remarks>
    /// <returns>False when libpcap can't do it.</returns>
    internal static bool TrySetInbound(PcapDevice device) => Call(device, pcap => s_setDirection?.Invoke(pcap, PCAP_D_IN) == 0);

    /// <summary>Frames that the kernel had no room for, since the device was opened.</summary>
    /// <remarks>SharpPcap 6.3.1 reads the three 32-bit counts of libpcap as words of 64 bits, so what it gives as dropped is another count.</remarks>
    /// <returns>Null when there is no such count.</returns>
    internal static uint? ReadDropped(PcapDevice device)
    {
        PcapStat statistics = default;
        return Call(device, pcap => s_getStatistics?.Invoke(pcap, out statistics) == 0) ? statistics.ps_drop : null;
    }

    private static bool Call(PcapDevice device, Func<nint, bool> call)
    {
        PcapHandle handle = device.Handle;
        bool isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            return !handle.IsInvalid && call(handle.DangerousGetHandle());
        }
        catch (ObjectDisposedException)
        {
            return false; // closed
        }
        finally
        {
            if (isHeld)
            {
                handle.DangerousRelease();
            }
        }
    }

    private static nint Load() => s_names.Select(n => NativeLibrary.TryLoad(n, out nint library) ? library : 0).FirstOrDefault(l => l != 0);

    private static T? Find<T>(string name)
        where T : Delegate =>
        s_library != 0 && NativeLibrary.TryGetExport(s_library, name, out nint function) ? Marshal.GetDelegateForFunctionPointer<T>(function) : null;

    /// <summary>struct pcap_stat, pcap/pcap.h, elsewhere than on Windows.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PcapStat
    {
        internal uint ps_recv;
        internal uint ps_drop;
        internal uint ps_ifdrop;
    }
}
