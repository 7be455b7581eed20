namespace VSwitch.Captures.Rewriting;

/// <summary>How it went with a frame.</summary>
public enum RewriteOutcome
{
    /// <summary>All that was asked for and concerns this frame was done.</summary>
    Done,

    /// <summary>A header that was to be rewritten is cut or broken: what stands in front of it was rewritten, the header and what is behind it stays.</summary>
    HeaderCut,

    /// <summary>The buffer has no room for a tag or for padding: the frame is as it was.</summary>
    NoRoom,

    /// <summary>The frame is to be left out.</summary>
    Deleted,
}
