using VSwitch.Captures.Files;

namespace VSwitch.Captures.Replaying;

/// <summary>A capture that is replayed, once for each loop.</summary>
/// <param name="name">What it is called in reports.</param>
/// <param name="open">Opens it, from its front.</param>
public sealed class ReplaySource(string name, Func<CaptureReader> open)
{
    /// <summary>What it is called in reports.</summary>
    public string Name => name;

    /// <summary>A capture file.</summary>
    public static ReplaySource FromFile(string path) => new(path, () => CaptureReader.Open(path));

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">It is not there, or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to.</exception>
    public CaptureReader Open() => open();
}
