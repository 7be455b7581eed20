using VSwitch.Devices;
using VSwitch.Devices.Relaying;

namespace VSwitch.Samples;

/// <summary>Both ways between two devices that may be swapped.</summary>
internal static class PointToPointSample
{
    internal static async Task RunAsync()
    {
        (PipeDevice left, PipeDevice a) = DevicePipe.Create();
        (PipeDevice b, PipeDevice right) = DevicePipe.Create();
        await using var link = new PointToPoint();
        await link.SetAAsync(a);
        await link.SetBAsync(b);
        await Wire.SendAsync(left, "ping");
        Console.WriteLine($"  right has received: {await Wire.ReceiveAsync(right)}");
        await Wire.SendAsync(right, "pong");
        Console.WriteLine($"  left has received: {await Wire.ReceiveAsync(left)}");
        await link.StopAsync();
        Console.WriteLine($"  from A to B: {link.CountersAToB.SentFrames} frame, from B to A: {link.CountersBToA.SentFrames}");
    }
}
