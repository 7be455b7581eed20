using System.IO.Pipes;
using VSwitch.Devices.Workers;

namespace VSwitch.Devices.Tests;

public class EpollSetTests
{
    [Fact]
    public async Task Wait_ReadyDescriptor_IsReportedWithItsToken()
    {
        using EpollSet set = new();
        await using AnonymousPipeServerStream write = new(PipeDirection.Out);
        using AnonymousPipeClientStream read = new(PipeDirection.In, write.ClientSafePipeHandle);
        System.Runtime.InteropServices.SafeHandle handle = read.SafePipeHandle;
        set.Add(read.SafePipeHandle, EpollEvents.In, 0x1234_5678_9ABC);
        Assert.True(set.Wait(0).IsEmpty);
        write.WriteByte(1);
        Assert.Equal([new EpollReady(0x1234_5678_9ABC, EpollEvents.In)], set.Wait(5000).ToArray());

        set.Modify(read.SafePipeHandle, EpollEvents.In | EpollEvents.OneShot, 7);
        Assert.Equal(7, set.Wait(5000)[0].Token);
        Assert.True(set.Wait(0).IsEmpty);

        set.Remove(read.SafePipeHandle);
        set.Remove(read.SafePipeHandle);
        Assert.Throws<LinuxException>(() => set.Modify(read.SafePipeHandle, EpollEvents.In, 7));
        read.Dispose();
        set.Remove(handle);
    }

    [Fact]
    public async Task Wake_FromAnotherThread_EndsTheWait()
    {
        EpollSet set = new();
        Task<bool> wait = Task.Run(() => set.Wait(-1).IsEmpty, TestContext.Current.CancellationToken);
        set.Wake();
        Assert.True(await Bounded.Within(wait));
        Assert.True(set.Wait(0).IsEmpty);
        set.Wake();
        Assert.True(set.Wait(-1).IsEmpty);
        set.Dispose();
        set.Wake();
    }
}
