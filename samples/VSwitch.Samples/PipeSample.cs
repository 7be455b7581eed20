using VSwitch.Devices;

namespace VSwitch.Samples;

/// <summary>Two connected devices in memory.</summary>
internal static class PipeSample
{
    internal static async Task RunAsync()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create(batch: 16);
        await Wire.SendAsync(a, "to b");
        await Wire.SendAsync(b, "to a");
        Console.WriteLine($"  b has received: {await Wire.ReceiveAsync(b)}; a has received: {await Wire.ReceiveAsync(a)}");
        await a.DisposeAsync();
        Console.WriteLine($"  a is closed, so b is, too: {await Wire.ReceiveAsync(b) is null}");
    }
}
