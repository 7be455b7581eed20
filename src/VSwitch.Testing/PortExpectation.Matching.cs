namespace VSwitch.Testing;

/// <content>Conditions in code, the test's own or those of a parser that this library does not know.</content>
public sealed partial class PortExpectation
{
    /// <summary>From so many to so many frames that fulfil a condition; what else came does not matter.</summary>
    /// <param name="matches">Is asked once for each frame, in order; what it throws ends the test.</param>
    /// <param name="least">The fewest; 0 or more.</param>
    /// <param name="most">The most; <see cref="long.MaxValue"/> for any number.</param>
    /// <param name="what">What such frames are called in messages, in the plural.</param>
    /// <param name="remark">Asked when the expectation has failed, for a further line of the message; null, or what gives null, for none.</param>
    public PortExpectation Matching(Func<LabFrame, bool> matches, long least, long most, string what = "frames that fulfil the condition", Func<string?>? remark = null)
    {
        ArgumentNullException.ThrowIfNull(matches);
        ArgumentOutOfRangeException.ThrowIfNegative(least);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        ArgumentException.ThrowIfNullOrWhiteSpace(what);
        IReadOnlyList<LabFrame> received = _port.Received;
        LabFrame[] matching = [.. received.Where(matches)];
        if (matching.Length >= least && matching.Length <= most)
        {
            return this;
        }

        string wanted = most == 0 ? "no" : most == long.MaxValue ? $"at least {N(least)}" : least == most ? N(least) : $"{N(least)} to {N(most)}";
        string found = $"expected {wanted} {what}, received {N(matching.Length)} of {N(received.Count)}";
        throw Wrong(
            remark?.Invoke() is { } more ? $"{found}\n{more}" : found,
            matching.Length == 0 ? "received, though not such" : "received", matching.Length == 0 ? received : matching, matching.Length > most ? matching[^1] : null);
    }
}
