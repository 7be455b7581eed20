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
    private readonly LearningPolicy _policy = new(database);

    /// <param name="batch">Frames that the ingress filter has judged.</param>
    /// <param name="addresses">Their stations.</param>
    /// <param name="model">The ports.</param>
    /// <param name="time">When.</param>
    internal void Learn(FrameBatch batch, FrameAddresses addresses, SwitchModel model, BurstTime time)
    {
        uint now = time.Seconds;
        BridgeModel? bridge = model.Bridge;
        _table.Locate(addresses.Sources.AsSpan(0, batch.Count), _hashes);
        StationKey previous = default;
        PortId previousPort = PortId.None;
        for (int i = 0; i < batch.Count; i++)
        {
            ref FrameMetadata frame = ref batch[i];
            StationKey source = addresses.Sources[i];
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
