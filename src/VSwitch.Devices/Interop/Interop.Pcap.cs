using System.Runtime.InteropServices;

namespace VSwitch.Devices;

internal static partial class Interop
{
    /// <summary>libpcap, by the name of its binary interface, which Debian has kept since 0.8. Each call throws DllNotFoundException when it is not there.</summary>
    internal static partial class Pcap
    {
        internal const string Library = "libpcap.so.0.8";

        internal const int DLT_EN10MB = 1;                 // pcap/dlt.h
        internal const int DLT_RAW = 12;

        /// <summary>Invalid when there is no memory.</summary>
        [LibraryImport(Library, EntryPoint = "pcap_open_dead")]
        internal static partial PcapHandle OpenDead(int linktype, int snaplen);

        // It sets no error, but without SetLastError there would be no stub, and a bare DllImport is banned.
        [LibraryImport(Library, EntryPoint = "pcap_close", SetLastError = true)]
        private static partial void Close(nint pcap);

        /// <summary>A pcap_t.</summary>
        internal sealed class PcapHandle() : SafeHandle(0, ownsHandle: true)
        {
            public override bool IsInvalid => handle == 0;

            protected override bool ReleaseHandle()
            {
                Pcap.Close(handle);
                return true;
            }
        }
    }
}
