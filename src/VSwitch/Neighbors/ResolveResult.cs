namespace VSwitch.Neighbors;

/// <summary>What became of the wish to know an address.</summary>
internal enum ResolveResult
{
    /// <summary>The first solicitation is to be sent now, by the caller.</summary>
    Started,

    /// <summary>It is being asked for already.</summary>
    Waiting,

    /// <summary>Too much is being asked for, or by this port; also: nobody can have the address.</summary>
    Full,

    /// <summary>It got known meanwhile: look again.</summary>
    Known,
}
