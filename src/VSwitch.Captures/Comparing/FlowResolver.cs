using System.Globalization;
using System.Runtime.InteropServices;

namespace VSwitch.Captures.Comparing;

/// <summary>Decides about packets that alignment has passed by: moved, changed, or for the pairing over all flows.</summary>
internal sealed class FlowResolver(ComparisonOptions options, ChangeFinder changes, PacketPairing pairing, Leftovers leftovers, DifferenceLog log)
{
    /// <summary>A pair whose digests are equal, at its place.</summary>
    internal void Match(ComparedPacket expected, ComparedPacket actual)
    {
        log.Release(expected);
        log.Release(actual);
        if (!changes.NeedsLook(expected, actual) || changes.Changes(expected, actual) is not { Count: > 0 } found)
        {
            log.Matched++;
            return;
        }

        log.Add(DifferenceKind.Changed, expected, actual, () => found);
    }

    /// <summary>A pair that is the same packet, whatever is different; nothing may be, where lengths differ.</summary>
    internal void Change(ComparedPacket expected, ComparedPacket actual)
    {
        log.Release(expected);
        log.Release(actual);
        if (options.CommonLength && changes.Changes(expected, actual).Count == 0)
        {
            log.Matched++;
            return;
        }

        log.Add(DifferenceKind.Changed, expected, actual, () => changes.Changes(expected, actual));
    }

    internal void Resolve(Flow flow)
    {
        PairMoved(flow);
        ILookup<long, ComparedPacket> unexpected = flow.Unexpected.ToLookup(p => p.Rank);
        HashSet<ComparedPacket> paired = [];
        foreach (IGrouping<long, ComparedPacket> gap in flow.Missing.GroupBy(p => p.Rank))
        {
            foreach ((ComparedPacket expected, ComparedPacket actual) in pairing.OfGap([.. gap], [.. unexpected[gap.Key]]))
            {
                paired.Add(expected);
                paired.Add(actual);
                Change(expected, actual);
            }
        }

        leftovers.Add(flow.Missing.Where(p => !paired.Contains(p)), flow.Unexpected.Where(p => !paired.Contains(p)), this);
        flow.Missing.Clear();
        flow.Unexpected.Clear();
    }

    private void PairMoved(Flow flow)
    {
        Dictionary<UInt128, Queue<ComparedPacket>> twins = [];
        foreach (ComparedPacket packet in flow.Unexpected)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(twins, packet.Digest, out _) ??= new Queue<ComparedPacket>()).Enqueue(packet);
        }

        HashSet<ComparedPacket> paired = [];
        foreach (ComparedPacket packet in flow.Missing)
        {
            if (twins.TryGetValue(packet.Digest, out Queue<ComparedPacket>? queue) && queue.TryDequeue(out ComparedPacket? twin))
            {
                paired.Add(packet);
                paired.Add(twin);
                Move(packet, twin);
            }
        }

        flow.Missing.RemoveAll(paired.Contains);
        flow.Unexpected.RemoveAll(paired.Contains);
    }

    private void Move(ComparedPacket expected, ComparedPacket actual)
    {
        long places = Math.Abs(actual.Rank - expected.Rank);
        if (places <= options.ReorderWindow)
        {
            log.Reordered += places > 0 ? 1 : 0;
            Match(expected, actual);
            return;
        }

        log.Release(expected);
        log.Release(actual);
        string direction = actual.Rank > expected.Rank ? "later" : "earlier";
        log.Add(DifferenceKind.Moved, expected, actual, () => [string.Create(CultureInfo.InvariantCulture, $"came {places} {(places == 1 ? "place" : "places")} {direction}")]);
    }
}
