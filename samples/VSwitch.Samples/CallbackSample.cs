using VSwitch.Devices;
using VSwitch.Devices.Wrapping;

namespace VSwitch.Samples;

/// <summary>Counts what passes a device without knowing what is done with it.</summary>
internal static class CallbackSample
{
    internal static async Task RunAsync()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create();
        int sent = 0;
        var device = new CallbackDevice(a)
        {
            OnSend = (frames, _) => sent += frames,
            OnReceive = (frames, error) => Console.WriteLine($"  received {frames} ({error?.GetType().Name ?? "no error"})"),
        };
        await Wire.SendAsync(device, "one");
        await Wire.SendAsync(device, "two");
        await Wire.SendAsync(b, "three");
        await Wire.ReceiveAsync(device);
        Console.WriteLine($"  sent {sent}");
    }
}
