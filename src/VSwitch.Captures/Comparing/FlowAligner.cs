namespace VSwitch.Captures.Comparing;

/// <summary>
/// Finds the counterparts of a flow's packets while they are read. Equal fronts go at once. Behind a difference packets wait until so many are there that
/// the two sides can be aligned and run together again: first <see cref="FirstWindow"/>, then four times as many, at most <see cref="MaxWindow"/> a side.
/// </summary>
internal sealed class FlowAligner(FlowResolver resolver, SequenceAligner sequences)
{
    internal const int FirstWindow = 64;
    internal const int MaxWindow = 16_384;

    private const int Growth = 4;
    private const int MinRun = 8; // packets that must match behind each other before two sides are said to run together

    internal void Advance(Flow flow, bool isExpectedOver, bool isActualOver)
    {
        while (true)
        {
            TakeEqualFronts(flow);
            PassBy(flow, flow.Expected, flow.Missing, isActualOver && flow.Actual.Count == 0 ? flow.Expected.Count : 0);
            PassBy(flow, flow.Actual, flow.Unexpected, isExpectedOver && flow.Expected.Count == 0 ? flow.Actual.Count : 0);
            int waiting = Math.Min(flow.Expected.Count, flow.Actual.Count);
            bool isOver = isExpectedOver && isActualOver;
            if (waiting == 0 || (waiting < flow.NextAttempt && !isOver))
            {
                break;
            }

            flow.NextAttempt = TryAlign(flow, isOver ? MaxWindow : flow.NextAttempt, isOver) ? FirstWindow : Math.Min(flow.NextAttempt * Growth, MaxWindow);
        }

        if (flow.Missing.Count + flow.Unexpected.Count > MaxWindow)
        {
            resolver.Resolve(flow);
        }
    }

    private static void PassBy(Flow flow, PacketQueue from, List<ComparedPacket> to, int count)
    {
        for (int i = 0; i < count; i++)
        {
            from[i].Rank = flow.Rank;
            to.Add(from[i]);
        }

        from.Take(count);
    }

    private void TakeEqualFronts(Flow flow)
    {
        int count = Math.Min(flow.Expected.Count, flow.Actual.Count);
        int equal = 0;
        for (; equal < count && flow.Expected[equal].Digest == flow.Actual[equal].Digest; equal++)
        {
            Match(flow, flow.Expected[equal], flow.Actual[equal]);
        }

        flow.Expected.Take(equal);
        flow.Actual.Take(equal);
    }

    private void Match(Flow flow, ComparedPacket expected, ComparedPacket actual)
    {
        flow.Rank++;
        resolver.Match(expected, actual);
    }

    /// <returns>False when more packets are needed.</returns>
    private bool TryAlign(Flow flow, int window, bool isOver)
    {
        int expectedCount = Math.Min(flow.Expected.Count, window);
        int actualCount = Math.Min(flow.Actual.Count, window);
        List<(int Expected, int Actual)> pairs = sequences.Align(flow.Expected.Digests(expectedCount), flow.Actual.Digests(actualCount));
        if (isOver && expectedCount == flow.Expected.Count && actualCount == flow.Actual.Count)
        {
            Settle(flow, pairs, expectedCount, actualCount);
            return true;
        }

        if (RunsTogether(pairs) && (pairs[^1].Expected >= expectedCount * 3 / 4 || pairs[^1].Actual >= actualCount * 3 / 4))
        {
            Settle(flow, pairs, pairs[^1].Expected + 1, pairs[^1].Actual + 1);
            return true;
        }

        if (window < MaxWindow)
        {
            return false;
        }

        // The memory is used up: the front half has to go. A pair that would be torn apart stays.
        int expectedEnd = (expectedCount + 1) / 2;
        int actualEnd = (actualCount + 1) / 2;
        foreach ((int i, int j) in pairs)
        {
            if (i >= expectedEnd || j >= actualEnd)
            {
                (expectedEnd, actualEnd) = (Math.Min(expectedEnd, i), Math.Min(actualEnd, j));
                break;
            }
        }

        Settle(flow, pairs, expectedEnd, actualEnd);
        return true;
    }

    private static bool RunsTogether(List<(int Expected, int Actual)> pairs) =>
        pairs.Count >= MinRun && pairs[^1].Expected - pairs[^MinRun].Expected == MinRun - 1 && pairs[^1].Actual - pairs[^MinRun].Actual == MinRun - 1;

    /// <summary>Takes the packets up to two ends: pairs match, what is between them is passed by.</summary>
    private void Settle(Flow flow, List<(int Expected, int Actual)> pairs, int expectedEnd, int actualEnd)
    {
        int nextExpected = 0;
        int nextActual = 0;
        foreach ((int i, int j) in pairs)
        {
            if (i >= expectedEnd || j >= actualEnd)
            {
                break;
            }

            PassBy(flow, flow.Expected, flow.Missing, i - nextExpected);
            PassBy(flow, flow.Actual, flow.Unexpected, j - nextActual);
            Match(flow, flow.Expected[0], flow.Actual[0]);
            flow.Expected.Take(1);
            flow.Actual.Take(1);
            (nextExpected, nextActual) = (i + 1, j + 1);
        }

        PassBy(flow, flow.Expected, flow.Missing, expectedEnd - nextExpected);
        PassBy(flow, flow.Actual, flow.Unexpected, actualEnd - nextActual);
    }
}
