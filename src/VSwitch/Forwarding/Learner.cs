using System.Runtime.CompilerServices;
using VSwitch.Filtering;
using VSwitch.Forwarding.Bridging;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Learning;

namespace VSwitch.Forwarding;

/// <summary>Step 3: notes which port each source is behind. The whole burst is learned before any of it is resolved.</summary>
internal sealed class Learner(FilteringDatabase database, int batchCapacity)
{
    private readonly LearningTable<StationKey, FilteringSlot> _table = database.Table;
    private readonly ulong[] _hashes = new ulong[batchCapacity];
    private readonly int[] _news = new int[batchCapacity];
    private readonly LearningPolicy _policy = new(database);

    /// <param name="batch">Frames that the ingress filter has judged.</param>
    /// <param name="addresses">Their stations.</param>
    /// <param name="model">The ports.</param>
    /// <param name="time">When.</param>
    internal void Learn(FrameBatch batch, FrameAddresses addresses, SwitchModel model, BurstTime time)
    {
        Span<FrameMetadata> frames = batch.Frames;
        ReadOnlySpan<StationKey> sources = addresses.Sources.AsSpan(0, frames.Length);
        _table.Locate(sources, _hashes);
        if (model.Bridge is not null)
        {
            LearnFrom(0, frames, sources, model, time);
            return;
        }

        foreach (int i in PickNews(frames, sources, time.Seconds))
        {
            if (!_table.TryRenew(sources[i], _hashes[i], frames[i].Ingress, time.Seconds))
            {
                LearnFrom(i, frames, sources, model, time); // what is noted of this one may be news of those behind it
                return;
            }
        }
    }

    /// <summary>Picks the frames of whose sources there is something to note. Most have nothing new to say: no branch depends on it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // its loop has the registers for itself
    private ReadOnlySpan<int> PickNews(ReadOnlySpan<FrameMetadata> frames, ReadOnlySpan<StationKey> sources, uint now)
    {
        Span<int> news = _news.AsSpan(0, frames.Length);
        ReadOnlySpan<ulong> hashes = _hashes.AsSpan(0, frames.Length);
        sources = sources[..frames.Length];
        StationKey previous = default;
        PortId previousPort = PortId.None;
        int count = 0;
        for (int i = 0; i < frames.Length; i++)
        {
            ref readonly FrameMetadata frame = ref frames[i];
            StationKey source = sources[i];
            if (frame.Drop != DropReason.None || (source == previous && frame.Ingress == previousPort))
            {
                continue; // the second of a run of frames of one station has nothing new to say
            }

            (previous, previousPort) = (source, frame.Ingress);
            news[count] = i;
            count += _table.IsUpToDate(source, hashes[i], frame.Ingress, now) ? 0 : 1;
        }

        return news[..count];
    }

    /// <summary>Learns one source after the other.</summary>
    private void LearnFrom(int first, Span<FrameMetadata> frames, ReadOnlySpan<StationKey> sources, SwitchModel model, BurstTime time)
    {
        uint now = time.Seconds;
        BridgeModel? bridge = model.Bridge;
        StationKey previous = default;
        PortId previousPort = PortId.None;
        for (int i = first; i < frames.Length; i++)
        {
            ref FrameMetadata frame = ref frames[i];
            StationKey source = sources[i];
            if (frame.Drop != DropReason.None || (source == previous && frame.Ingress == previousPort))
            {
                continue; // the second of a run of frames of one station has nothing new to say
            }

            if (bridge is not null && !bridge.Learns(frame.Ingress, frame.Vlan))
            {
                continue;
            }

            PortId before = bridge is { Services.Moves: not null } ? _table.Find(source, _hashes[i], now) : PortId.None;
            LearnResult result = _table.Learn(source, _hashes[i], frame.Ingress, now);
            if (result >= LearnResult.Moved)
            {
                frame.Drop = _policy.Judge(result, source, before, frame.Ingress, bridge, time);
                if (frame.Drop != DropReason.None)
                {
                    model.CountersOf(frame.Ingress).Drop(frame.Drop);
                    continue;
                }
            }

            (previous, previousPort) = (source, frame.Ingress);
        }
    }
}
