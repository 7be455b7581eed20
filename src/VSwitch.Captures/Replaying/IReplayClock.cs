namespace VSwitch.Captures.Replaying;

/// <summary>The time that a replay goes by.</summary>
public interface IReplayClock
{
    /// <summary>Now, in nanoseconds from some moment.</summary>
    long Now { get; }

    /// <summary>Waits until a moment.</summary>
    /// <param name="deadline">As <see cref="Now"/> counts.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The time at the end.</returns>
    long WaitUntil(long deadline, CancellationToken cancellationToken);
}
