using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.Tool.Run;

/// <summary>Runs frames of every kind through a switch in memory, so that the whole way of a frame is compiled before the first one comes.</summary>
internal static class WarmUp
{
    internal static void Run()
    {
        var @switch = new VirtualSwitch();
        (PipeDevice insideA, PipeDevice a) = PipeDevice.CreatePair("warm-a", offloads: OffloadKinds.All);
        (PipeDevice insideB, PipeDevice b) = PipeDevice.CreatePair("warm-b");
        @switch.AddPort(insideA);
        @switch.AddPort(insideB);

        var batch = new FrameBatch(1);
        foreach (byte[] frame in Frames())
        {
            SendBothWays(@switch, a, b, batch, frame);
        }

        @switch.Advance();
    }

    private static void SendBothWays(VirtualSwitch @switch, PipeDevice a, PipeDevice b, FrameBatch batch, byte[] frame)
    {
        batch.Clear();
        batch.TryAppend(frame);
        a.TrySend(batch, [0]);
        @switch.Run();
        batch.Clear();
        b.TryReceive(batch);

        frame.AsSpan(0, 6).CopyTo(batch.Octets(0)[6..]);
        frame.AsSpan(6, 6).CopyTo(batch.Octets(0));
        b.TrySend(batch, [0]);
        @switch.Run();
        batch.Clear();
        a.TryReceive(batch);
    }

    private static IEnumerable<byte[]> Frames()
    {
        for (int i = 0; i < 3; i++)
        {
            var frame = new byte[60];
            frame[0] = (byte)(i == 0 ? 0xFF : 0x02);
            frame[6] = 0x02;
            frame[11] = 1;
            frame[12] = (byte)((int)EtherType.IPv4 >> 8);
            yield return frame;
        }
    }
}
