using System.Text;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Samples;

/// <summary>Text as packets, which is enough to see where they go.</summary>
internal static class Wire
{
    /// <summary>Sends a text, and waits while the device is full.</summary>
    internal static async Task SendAsync(IPacketDevice device, string text)
    {
        var batch = new FrameBatch(1);
        batch.TryAppend(Encoding.UTF8.GetBytes(text));
        while (device.TrySend(batch, [0]) == 0)
        {
            await device.WaitToSendAsync();
        }
    }

    /// <summary>Waits for a text; null when the device is closed.</summary>
    internal static async Task<string?> ReceiveAsync(IPacketDevice device)
    {
        var batch = new FrameBatch(1);
        while (await device.WaitToReceiveAsync())
        {
            if (device.TryReceive(batch) > 0)
            {
                return Encoding.UTF8.GetString(batch.Octets(0));
            }
        }

        return null;
    }
}
