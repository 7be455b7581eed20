using VSwitch.Devices;
using VSwitch.Devices.Joining;
using VSwitch.Frames;

namespace VSwitch.Samples;

/// <summary>Two devices as one: what comes from either is heard, and answers find the way back.</summary>
internal static class JoinerSample
{
    internal static async Task RunAsync()
    {
        (PipeDevice uplink, PipeDevice internet) = DevicePipe.Create(batch: 1, linkLayer: LinkLayer.Ip);
        (PipeDevice tunnel, PipeDevice laptop) = DevicePipe.Create(batch: 1, linkLayer: LinkLayer.Ip);
        await using var joiner = new Joiner(new JoinerOptions { BatchSize = 1 }); // who receives from it has one place only
        await joiner.AttachDefaultAsync(uplink);
        joiner.AttachSecondary(tunnel);

        await IpText.SendAsync(laptop, "10.0.0.5", "10.0.0.1", "from the laptop");
        Console.WriteLine($"  the joiner has received: {await IpText.ReceiveAsync(joiner)}; it knows {joiner.LearnedAddresses} address");
        await IpText.SendAsync(joiner, "10.0.0.1", "10.0.0.5", "to a known address");
        Console.WriteLine($"  the laptop has received: {await IpText.ReceiveAsync(laptop)}");
        await IpText.SendAsync(joiner, "10.0.0.1", "192.0.2.9", "to an unknown address");
        Console.WriteLine($"  the default has received: {await IpText.ReceiveAsync(internet)}");

        await joiner.DetachAsync(tunnel);
        Console.WriteLine($"  detached, the tunnel is closed: {await IpText.ReceiveAsync(laptop) is null}; it knows {joiner.LearnedAddresses} addresses");
    }
}
