using System.Runtime.InteropServices;
using VSwitch.Bpf;
using VSwitch.Devices.Filters;

namespace VSwitch.Devices.Tests.Filters;

/// <summary>The interpreter of libpcap, with which ours has to agree.</summary>
internal static unsafe partial class Libpcap
{
    internal static void Require()
    {
        if (!PcapFilter.IsAvailable)
        {
            Assert.Skip("no libpcap: install the package libpcap0.8");
        }
    }

    /// <summary>bpf_filter, pcap/bpf.h: it runs any program, and verifies none.</summary>
    internal static uint Run(BpfInstruction* instructions, ReadOnlySpan<byte> frame, int wireLength)
    {
        fixed (byte* octets = frame)
        {
            return Filter(instructions, octets, (uint)wireLength, (uint)frame.Length);
        }
    }

    [LibraryImport("libpcap.so.0.8", EntryPoint = "bpf_filter", SetLastError = true)]
    private static partial uint Filter(BpfInstruction* instructions, byte* octets, uint wireLength, uint length);
}
