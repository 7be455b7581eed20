namespace VSwitch.Captures.Replaying;

/// <summary>A clock that is where it is waited for: nothing takes time.</summary>
public sealed class VirtualReplayClock : IReplayClock
{
    /// <inheritdoc/>
    public long Now { get; private set; }

    /// <inheritdoc/>
    public long WaitUntil(long deadline, CancellationToken cancellationToken)
    {
        Now = Math.Max(Now, deadline);
        return Now;
    }
}
