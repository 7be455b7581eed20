
namespace VSwitch.Captures.Replaying;

/// <summary>Why a frame was not sent.</summary>
public enum ReplayFailure : byte
{
    /// <summary>It was.</summary>
    None,

    /// <summary>It was captured at a link whose packets can't be made Ethernet frames.</summary>
    LinkType,

    /// <summary>Shorter than an Ethernet header.</summary>
    Runt,

    /// <summary>Longer than the interface's MTU, and not to be cut into segments.</summary>
    Oversize,

    /// <summary>Longer than any frame.</summary>
    TooLong,

    /// <summary>The interface is down, has no carrier, or is gone.</summary>
    LinkDown,

    /// <summary>The interface had no room for it, for as long as was waited.</summary>
    Full,

    /// <summary>The kernel refused it.</summary>
    Refused,
}
