using System.Runtime.InteropServices;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int CLOCK_MONOTONIC = 1;            // linux/time.h
        internal const int TIMER_ABSTIME = 1;
        internal const int PR_SET_TIMERSLACK = 29;         // linux/prctl.h

        /// <summary>Sleeps until a time of the clock.</summary>
        /// <returns>0, or the error itself: errno is not set.</returns>
        [LibraryImport(Library, EntryPoint = "clock_nanosleep", SetLastError = true)]
        internal static partial int ClockNanosleep(int clock, int flags, in TimeSpec until, nint remaining);

        /// <summary>struct timespec of a 64-bit machine.</summary>
        [StructLayout(LayoutKind.Sequential)]
        internal struct TimeSpec
        {
            internal long tv_sec;
            internal long tv_nsec;
        }
    }
}
