using VSwitch.Captures.Files;

namespace VSwitch.Captures.Recording;

/// <summary>Where a capture goes, and when it goes to the next file. The words are tcpdump's.</summary>
public sealed record CaptureFileOptions
{
    /// <summary>The path of the file. With <see cref="MaxAge"/> it is a pattern of strftime(3): %Y %m %d %H %M %S %s %F %T and %%, in UTC.</summary>
    public required string Path { get; init; }

    /// <summary>The format.</summary>
    public CaptureFormat Format { get; init; } = CaptureFormat.Pcapng;

    /// <summary>Octets after which the next file begins (-C); null for no limit. A number is put behind the path from the second file on.</summary>
    public long? MaxOctets { get; init; }

    /// <summary>Age at which the next file begins (-G); null for no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// Files at most (-W): with <see cref="MaxOctets"/> alone the first is overwritten then, and all have numbers of the same width; with <see cref="MaxAge"/> the capture ends. Null for no limit.
    /// </summary>
    public int? MaxFiles { get; init; }
}
