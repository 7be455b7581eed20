using VSwitch.Devices;
using VSwitch.Devices.Relaying;

namespace VSwitch.Samples;

/// <summary>A cable between the inner ends of two pipes.</summary>
internal static class CopySample
{
    internal static async Task RunAsync()
    {
        (PipeDevice left, PipeDevice a) = DevicePipe.Create();
        (PipeDevice b, PipeDevice right) = DevicePipe.Create();
        Task copy = PacketCopy.RunAsync(a, b);
        await Wire.SendAsync(left, "hello");
        Console.WriteLine($"  right has received: {await Wire.ReceiveAsync(right)}");
        await left.DisposeAsync();
        await copy;
        Console.WriteLine($"  left is closed, and the copy has closed right: {await Wire.ReceiveAsync(right) is null}");
    }
}
