using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests.Filters;

/// <summary>Frames of real captures; a test that asks for them skips, and says why, where there are none.</summary>
internal static class Captures
{
    internal static byte[][] Frames(LinkLayer linkLayer, int max)
    {
        if (CaptureFolder.Find() is not { } folder)
        {
            Assert.Skip("no captures: set VSWITCH_CAPTURES to a folder with some");
            return [];
        }

        byte[][] frames = [.. CaptureFolder.Packets(folder).Where(p => p.LinkLayer == linkLayer).Select(p => p.Packet)];
        Assert.True(frames.Length > 0, "no such frames in the folder");
        new Random(1).Shuffle(frames); // some of every capture, and the same each time
        return frames[..Math.Min(max, frames.Length)];
    }
}
