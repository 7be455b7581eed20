using System.Buffers.Binary;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>Frames that follow a frame through a switch: where one has come out, nothing of what was before it is still to come.</summary>
internal static class Marker
{
    /// <summary>IEEE 802 local experimental EtherType 2; <see cref="FrameBuilder"/> has the first.</summary>
    internal const EtherType Type = (EtherType)0x88B6;

    internal static byte[] Make(long number)
    {
        byte[] payload = new byte[46];
        BinaryPrimitives.WriteInt64BigEndian(payload, number);
        return new FrameBuilder().From("02:00:00:ff:ff:ff").To(MacAddress.Broadcast).Type(Type).Payload(payload).Build();
    }

    /// <summary>Whether a frame is a marker, or a mirror's copy of one: that may have a tag.</summary>
    internal static bool Is(ReadOnlySpan<byte> frame)
    {
        int at = 12;
        while (frame.Length >= at + 2)
        {
            EtherType type = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
            if (!VlanTag.IsTag(type))
            {
                return type == Type;
            }

            at += VlanTag.Length;
        }

        return false;
    }
}
