namespace VSwitch.Captures.Splitting;

/// <summary>How hosts are told apart that showed themselves neither as client nor as server (tcpprep's --auto).</summary>
public enum HostMode
{
    /// <summary>They are servers. (tcpprep's man page says that it gives up; 4.4.3 does this.)</summary>
    Bridge,

    /// <summary>They are servers where the smallest network with a host that is known has a server in it; else clients.</summary>
    Router,

    /// <summary>They are clients.</summary>
    Client,

    /// <summary>They are servers.</summary>
    Server,

    /// <summary>Nothing shows: a host that was first seen as a source is a client, one that was first seen as a destination a server.</summary>
    First,
}
