namespace VSwitch.Policies;

/// <summary>Which way the frames go that a mirror shows.</summary>
[Flags]
public enum MirrorDirections
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>What comes in, as it came in.</summary>
    Ingress = 1,

    /// <summary>What goes out, as it goes out.</summary>
    Egress = 2,

    /// <summary>Both.</summary>
    Both = Ingress | Egress,
}
