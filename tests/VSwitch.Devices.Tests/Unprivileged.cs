using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace VSwitch.Devices.Tests;

/// <summary>Runs something without any capability, on a thread of its own (capset is per thread).</summary>
internal static class Unprivileged
{
    private delegate long Syscall3(long number, nint first, nint second, nint third);

    internal static void Run<T>(Func<T> function)
    {
        ExceptionDispatchInfo? thrown = null;
        Thread thread = new(() =>
        {
            try
            {
                DropCapabilities();
                function();
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        thrown?.Throw();
    }

    private static void DropCapabilities()
    {
        const int Version3 = 0x20080522; // _LINUX_CAPABILITY_VERSION_3
        long capset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 126 : 91;
        nint memory = Marshal.AllocHGlobal(8 + 24);
        for (int i = 0; i < 8; i++)
        {
            Marshal.WriteInt32(memory, i * 4, i == 0 ? Version3 : 0);
        }

        nint entry = NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "syscall");
        long result = Marshal.GetDelegateForFunctionPointer<Syscall3>(entry)(capset, memory, memory + 8, 0);
        Marshal.FreeHGlobal(memory);
        Assert.Equal(0, result);
    }
}
