using System.Runtime.InteropServices;

namespace VSwitch.Captures.Comparing;

/// <summary>Packets that have no counterpart in their flow: one that changed its addresses is in another flow now. What can't be paired is missing or unexpected.</summary>
internal sealed class Leftovers(PacketPairing pairing, DifferenceLog log)
{
    private const int Capacity = 4096; // a side; then they are settled
    private const int Reach = 32; // packets to either side that are looked at for a similar one
    private const double MinSimilarity = 0.75;

    private readonly List<ComparedPacket> _missing = [];
    private readonly List<ComparedPacket> _unexpected = [];

    internal void Add(IEnumerable<ComparedPacket> missing, IEnumerable<ComparedPacket> unexpected, FlowResolver resolver)
    {
        _missing.AddRange(missing);
        _unexpected.AddRange(unexpected);
        if (_missing.Count > Capacity || _unexpected.Count > Capacity)
        {
            Settle(resolver);
        }
    }

    internal void Settle(FlowResolver resolver)
    {
        _missing.Sort((a, b) => a.Number.CompareTo(b.Number));
        _unexpected.Sort((a, b) => a.Number.CompareTo(b.Number));
        PairByCore(resolver);
        PairSimilar(resolver);
        foreach (ComparedPacket packet in _missing)
        {
            log.Release(packet);
            log.Add(DifferenceKind.Missing, packet, null, () => [$"missing: {packet.WireLength} octets"]);
        }

        foreach (ComparedPacket packet in _unexpected)
        {
            log.Release(packet);
            log.Add(DifferenceKind.Unexpected, null, packet, () => [$"unexpected: {packet.WireLength} octets"]);
        }

        _missing.Clear();
        _unexpected.Clear();
    }

    private void PairByCore(FlowResolver resolver)
    {
        if (_missing.Count == 0 || _unexpected.Count == 0)
        {
            return;
        }

        Dictionary<UInt128, Queue<ComparedPacket>> cores = [];
        foreach (ComparedPacket packet in _unexpected)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(cores, pairing.Core(packet), out _) ??= new Queue<ComparedPacket>()).Enqueue(packet);
        }

        HashSet<ComparedPacket> paired = [];
        foreach (ComparedPacket packet in _missing)
        {
            if (cores.TryGetValue(pairing.Core(packet), out Queue<ComparedPacket>? queue) && queue.TryDequeue(out ComparedPacket? other))
            {
                paired.Add(packet);
                paired.Add(other);
                resolver.Change(packet, other);
            }
        }

        _missing.RemoveAll(paired.Contains);
        _unexpected.RemoveAll(paired.Contains);
    }

    private void PairSimilar(FlowResolver resolver)
    {
        HashSet<ComparedPacket> paired = [];
        int near = 0;
        foreach (ComparedPacket packet in _missing)
        {
            while (near < _unexpected.Count && _unexpected[near].Number < packet.Number)
            {
                near++;
            }

            ComparedPacket? best = null;
            double most = MinSimilarity;
            for (int i = Math.Max(0, near - Reach); i < Math.Min(_unexpected.Count, near + Reach); i++)
            {
                if (!paired.Contains(_unexpected[i])
                    && pairing.Similarity(packet.Span, _unexpected[i].Span) is var similarity && similarity >= most && (best is null || similarity > most))
                {
                    (best, most) = (_unexpected[i], similarity);
                }
            }

            if (best is not null)
            {
                paired.Add(packet);
                paired.Add(best);
                resolver.Change(packet, best);
            }
        }

        _missing.RemoveAll(paired.Contains);
        _unexpected.RemoveAll(paired.Contains);
    }
}
