namespace VSwitch.Devices.Dissecting;

/// <summary>Which dissector is guarded, and how far it may go.</summary>
public sealed record GuardedDissectorOptions
{
    /// <summary>A program whose main is <see cref="DissectorHost.Run"/>.</summary>
    public required string FileName { get; init; }

    /// <summary>Its arguments, one each.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Octets of a packet that it sees at most; 1 to 2,048.</summary>
    public int MaxOctets { get; init; } = DissectorMessage.MaxOctets;

    /// <summary>Packets that wait for it at most, 1 to 65,536; memory for so many copies is taken at once.</summary>
    public int QueueLength { get; init; } = 128;

    /// <summary>How long it may think about one packet; then its process is killed. 1 ms to 1 h.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long its process may take to start; 1 ms to 1 h.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Octets of its managed heap, 16 MiB to 64 GiB; the process may take 256 MiB more for everything else.</summary>
    public long HeapOctets { get; init; } = 128L << 20;

    /// <summary>How long it is left alone when its process had to be killed or has died; each time in a row twice as long, up to <see cref="MaxPause"/>. 1 ms to 1 h.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause; 1 ms to 1 h.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(FileName);
        ArgumentNullException.ThrowIfNull(Arguments);
        Check(MaxOctets, 1, DissectorMessage.MaxOctets, nameof(MaxOctets));
        Check(QueueLength, 1, 65_536, nameof(QueueLength));
        Check(HeapOctets, 16L << 20, 64L << 30, nameof(HeapOctets));
        foreach ((TimeSpan time, string name) in new[] { (TimeLimit, nameof(TimeLimit)), (StartLimit, nameof(StartLimit)), (FirstPause, nameof(FirstPause)), (MaxPause, nameof(MaxPause)) })
        {
            Check(time.TotalMilliseconds, 1, TimeSpan.FromHours(1).TotalMilliseconds, name);
        }
    }

    private static void Check<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }
}
