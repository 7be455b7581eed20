namespace VSwitch.Devices.Workers;

/// <summary>Keeps lines of a log apart: what traffic can bring about must not fill it.</summary>
/// <param name="apart">So long, at least.</param>
internal struct ReportLimit(TimeSpan apart)
{
    private long? _passedAt;

    /// <summary>A line may be written now; it is taken for written then.</summary>
    internal bool TryPass(TimeProvider time)
    {
        long now = time.GetTimestamp();
        if (_passedAt is { } passedAt && time.GetElapsedTime(passedAt, now) < apart)
        {
            return false;
        }

        _passedAt = now;
        return true;
    }
}
