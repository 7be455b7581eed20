using System.Runtime.InteropServices;
using SharpPcap.LibPcap;

namespace VSwitch.PacketDotNet.Ports;

/// <summary>Has libpcap show only what comes in by an interface: <c>pcap_setdirection</c>, which SharpPcap does not offer.</summary>
/// <remarks>The filter <c>inbound</c> would not do: libpcap runs a filter on the first frame itself, where it can't see the direction, and loses that frame without a count.</remarks>
internal static class InboundOnly
{
    private const int PCAP_D_IN = 1; // pcap/pcap.h

    private static readonly string[] s_libraries = ["libpcap.so", "libpcap.so.0", "libpcap.so.0.8", "libpcap.so.1"]; // as SharpPcap looks for it: its handle is for no other
    private static readonly SetDirection? s_setDirection = Find();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int SetDirection(nint pcap, int direction);

    /// <summary>Sets it for an open device.</summary>
    /// <returns>False when libpcap can't do it.</returns>
    internal static bool TrySet(PcapDevice device)
    {
        PcapHandle handle = device.Handle;
        bool isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            return s_setDirection?.Invoke(handle.DangerousGetHandle(), PCAP_D_IN) == 0;
        }
        finally
        {
            if (isHeld)
            {
                handle.DangerousRelease();
            }
        }
    }

    private static SetDirection? Find()
    {
        foreach (string library in s_libraries)
        {
            if (NativeLibrary.TryLoad(library, out nint loaded))
            {
                return NativeLibrary.TryGetExport(loaded, "pcap_setdirection", out nint function) ? Marshal.GetDelegateForFunctionPointer<SetDirection>(function) : null;
            }
        }

        return null;
    }
}
