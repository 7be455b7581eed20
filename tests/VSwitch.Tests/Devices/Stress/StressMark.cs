using System.Buffers.Binary;
using VSwitch.Frames;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>What a frame says of itself: who sent it, who is to get it, and which one of its sender's it is.</summary>
/// <param name="From">A station's number; its source address is made of it.</param>
/// <param name="To">Likewise, the destination address.</param>
/// <param name="Sequence">Rises with each frame of a sender.</param>
internal readonly record struct StressMark(int From, int To, long Sequence)
{
    /// <summary>To all stations: as an Ethernet address it is the broadcast.</summary>
    internal const int Everybody = -1;

    private const int At = 34; // behind either header
    private const int Shortest = 60;
    private const int Lengths = 700;

    /// <summary>Length and filling follow from the sequence number, so that a frame that was cut or mixed up shows.</summary>
    private int Length => Shortest + (int)(Sequence * 37 % Lengths);

    private byte Filling => (byte)(Sequence ^ From);

    internal void AppendTo(FrameBatch batch, LinkLayer linkLayer)
    {
        Span<byte> frame = batch.NextSlot().Slice(FrameBatch.Headroom, Length);
        frame.Fill(Filling);
        if (linkLayer == LinkLayer.Ethernet)
        {
            WriteStation(frame, To);
            WriteStation(frame[6..], From);
            BinaryPrimitives.WriteUInt16BigEndian(frame[12..], 0x88B5); // IEEE 802 local experimental
        }
        else
        {
            frame[..20].Clear();
            frame[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)frame.Length);
            BinaryPrimitives.WriteUInt32BigEndian(frame[12..], Address(From));
            BinaryPrimitives.WriteUInt32BigEndian(frame[16..], Address(To));
        }

        BinaryPrimitives.WriteInt32BigEndian(frame[At..], From);
        BinaryPrimitives.WriteInt32BigEndian(frame[(At + 4)..], To);
        BinaryPrimitives.WriteInt64BigEndian(frame[(At + 8)..], Sequence);
        batch.Append(frame.Length);
    }

    /// <returns>False when the frame is not as it was made.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> frame, out StressMark mark)
    {
        mark = default;
        if (frame.Length < Shortest)
        {
            return false;
        }

        mark = new(
            BinaryPrimitives.ReadInt32BigEndian(frame[At..]),
            BinaryPrimitives.ReadInt32BigEndian(frame[(At + 4)..]),
            BinaryPrimitives.ReadInt64BigEndian(frame[(At + 8)..]));
        return frame.Length == mark.Length && !frame[(At + 16)..].ContainsAnyExcept(mark.Filling);
    }

    private static uint Address(int station) => 0x0A00_0000 | (uint)station; // 10.0.0.0/8

    private static void WriteStation(Span<byte> at, int station)
    {
        at[..2].Fill(station == Everybody ? (byte)0xFF : (byte)2);
        BinaryPrimitives.WriteInt32BigEndian(at[2..], station);
    }
}
