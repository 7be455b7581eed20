using VSwitch.Devices;
using VSwitch.Devices.Wrapping;

namespace VSwitch.Samples;

/// <summary>A wrapper goes down and up again; the pipe never notices.</summary>
internal static class DetachSample
{
    internal static async Task RunAsync()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create();
        var wrapper = new DetachedDevice(a);
        Task<string?> receiving = Wire.ReceiveAsync(wrapper);
        wrapper.Down();
        try
        {
            await receiving;
        }
        catch (DeviceDownException)
        {
            Console.WriteLine("  the wrapper is down, and who waited knows");
        }

        await Wire.SendAsync(b, "sent while it was down");
        wrapper.Up();
        Console.WriteLine($"  up again, it has received: {await Wire.ReceiveAsync(wrapper)}");
        await wrapper.DisposeAsync();
        await Wire.SendAsync(b, "past the wrapper");
        Console.WriteLine($"  the wrapper is closed, the pipe is not: {await Wire.ReceiveAsync(a)}");
    }
}
