using VSwitch.Devices;
using VSwitch.Devices.Relaying;

namespace VSwitch.Samples;

/// <summary>One way, and the destination is swapped while it runs.</summary>
internal static class ForwarderSample
{
    internal static async Task RunAsync()
    {
        (PipeDevice source, PipeDevice from) = DevicePipe.Create();
        (PipeDevice to, PipeDevice sink) = DevicePipe.Create(name: "first");
        (PipeDevice other, PipeDevice otherSink) = DevicePipe.Create(name: "second");
        await using var forwarder = new Forwarder();
        await forwarder.SetReceiverAsync(from);
        await forwarder.SetSenderAsync(to);
        await Wire.SendAsync(source, "one");
        Console.WriteLine($"  {sink.Name} has received: {await Wire.ReceiveAsync(sink)}");
        await forwarder.SetSenderAsync(other);
        await Wire.SendAsync(source, "two");
        Console.WriteLine($"  {otherSink.Name} has received: {await Wire.ReceiveAsync(otherSink)}; {sink.Name} is closed: {await Wire.ReceiveAsync(sink) is null}");
    }
}
