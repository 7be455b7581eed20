namespace VSwitch.Policies;

/// <summary>What the bridge did by itself.</summary>
public enum BridgeEventKind
{
    /// <summary>The loop guard blocked a port.</summary>
    LoopFound,

    /// <summary>The loop is gone, the port is open again.</summary>
    LoopGone,

    /// <summary>A port was shut, since one station more than it may have turned up.</summary>
    PortShut,

    /// <summary>A station moves to and fro between two ports.</summary>
    StationFlaps,
}
