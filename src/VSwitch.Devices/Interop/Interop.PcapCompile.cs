using System.Runtime.InteropServices;
using VSwitch.Bpf;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Pcap
    {
        internal const uint PCAP_NETMASK_UNKNOWN = 0xFFFF_FFFF; // pcap/pcap.h

        /// <summary>Compiles, and takes a copy of what came out of it.</summary>
        /// <returns>Null when the expression is wrong: <see cref="ErrorOf"/> says how.</returns>
        internal static BpfInstruction[]? Compile(PcapHandle pcap, string expression, bool optimize)
        {
            if (Compile(pcap, out BpfProgramHeader program, expression, optimize ? 1 : 0, PCAP_NETMASK_UNKNOWN) != 0)
            {
                return null;
            }

            try
            {
                // SAFETY: bf_len instructions of 8 octets, laid out as BpfInstruction, stand at bf_insns until pcap_freecode.
                unsafe
                {
                    return new ReadOnlySpan<BpfInstruction>((void*)program.bf_insns, checked((int)program.bf_len)).ToArray();
                }
            }
            finally
            {
                FreeCode(ref program);
            }
        }

        /// <summary>What the last call said that failed; it stands in the pcap_t until the next one.</summary>
        internal static string ErrorOf(PcapHandle pcap) => Marshal.PtrToStringUTF8(GetErr(pcap)) ?? "";

        [LibraryImport(Library, EntryPoint = "pcap_compile", StringMarshalling = StringMarshalling.Utf8)]
        private static partial int Compile(PcapHandle pcap, out BpfProgramHeader program, string expression, int optimize, uint netmask);

        [LibraryImport(Library, EntryPoint = "pcap_freecode")]
        private static partial void FreeCode(ref BpfProgramHeader program);

        [LibraryImport(Library, EntryPoint = "pcap_geterr")]
        private static partial nint GetErr(PcapHandle pcap);

        /// <summary>struct bpf_program, pcap/bpf.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        private struct BpfProgramHeader
        {
            internal uint bf_len;
            internal nint bf_insns;
        }
    }
}
