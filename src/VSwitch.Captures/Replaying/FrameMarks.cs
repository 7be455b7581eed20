namespace VSwitch.Captures.Replaying;

/// <summary>What is to be known of a frame beside where it goes.</summary>
[Flags]
internal enum FrameMarks : byte
{
    None = 0,

    /// <summary>The first, or only, one of its packet.</summary>
    PacketStart = 1,

    /// <summary>The capture has less of it than was on the wire.</summary>
    Cut = 2,

    /// <summary>The first of those that a super-frame was cut into.</summary>
    SuperFrame = 4,

    /// <summary>The first of its file.</summary>
    FileStart = 8,

    /// <summary>It was captured without an Ethernet header, and got one.</summary>
    Converted = 16,
}
