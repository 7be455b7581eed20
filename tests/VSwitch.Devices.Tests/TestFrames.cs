using System.Buffers.Binary;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests;

/// <summary>Frames that no kernel sends by itself: EtherType 88b5 (local experimental) and a number.</summary>
internal static class TestFrames
{
    internal static byte[] Numbered(int number, int payload = 46)
    {
        byte[] octets = new byte[payload];
        BinaryPrimitives.WriteInt32BigEndian(octets, number);
        return new FrameBuilder().From("02:00:00:00:00:01").To("ff:ff:ff:ff:ff:ff").Payload(octets).Build();
    }

    internal static bool IsNumbered(ReadOnlySpan<byte> frame) => frame.Length >= 18 && frame[12] == 0x88 && frame[13] == 0xB5;

    internal static int NumberOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32BigEndian(frame[14..]);

    /// <summary>Receives until the numbered frames are there, copies of them in order.</summary>
    internal static async Task<List<byte[]>> ReceiveNumbered(IPacketDevice device, int count, int capacity = FrameBatch.DefaultCapacity)
    {
        List<byte[]> frames = [];
        FrameBatch batch = new(capacity);
        while (frames.Count < count)
        {
            Assert.True(await Bounded.Within(device.WaitToReceiveAsync(TestContext.Current.CancellationToken)));
            batch.Clear();
            int received = device.TryReceive(batch);
            Assert.Equal(received, batch.Count);
            for (int i = 0; i < received; i++)
            {
                if (IsNumbered(batch.Octets(i)))
                {
                    frames.Add(batch.Octets(i).ToArray());
                }
            }
        }

        return frames;
    }

    /// <summary>Sends one frame by the batch surface.</summary>
    internal static DropReason SendOne(IPacketDevice device, ReadOnlySpan<byte> frame, OffloadInfo offload = default)
    {
        FrameBatch batch = new(1);
        Assert.True(batch.TryAppend(frame, offload));
        return device.TrySend(batch, [0]) == 1 ? DropReason.None : batch.Refusal;
    }
}
