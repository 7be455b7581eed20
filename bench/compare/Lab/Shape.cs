namespace VSwitch.CompareBench.Lab;

/// <summary>How large a subject is to be.</summary>
/// <param name="Ports">How many interfaces; two at least.</param>
/// <param name="Stations">How many stations it is told to have room for.</param>
internal readonly record struct Shape(int Ports, int Stations)
{
    // The kernel waits some 20 ms for its readers at each interface that goes, and some programs make theirs no faster.
    private static readonly TimeSpan _startBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _endBound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _boundForAPort = TimeSpan.FromMilliseconds(60);

    /// <summary>Two ports, and room for 8,192 stations: what most switches have when nobody says otherwise.</summary>
    public static Shape Pair => new(2, 8192);

    /// <summary>Ports come and go while it runs: it must be told where to listen for that.</summary>
    public bool Changes { get; init; }

    /// <summary>How long a subject may take to make its interfaces.</summary>
    public TimeSpan StartBound => _startBound + (Ports * _boundForAPort);

    /// <summary>How long it may take to end, once it is told.</summary>
    public TimeSpan EndBound => _endBound + (Ports * _boundForAPort);
}
