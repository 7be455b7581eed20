using VSwitch.Devices;

namespace VSwitch.Forwarding;

/// <summary>The counters of ports that are no more, kept so that the switch's sums stay exact.</summary>
/// <remarks>
/// A burst that was under way when its port was unplugged still counts on that port. So a port's counters are kept until every pipeline has finished
/// the burst that it was in; only then are they added up and forgotten. Nobody waits for anybody.
/// </remarks>
internal sealed class UnpluggedCounters
{
    private readonly List<(TrafficCounters Counters, (ForwardingPipeline Pipeline, long Burst)[] Waiting)> _settling = [];
    private readonly TrafficCounters _settled = new();

    /// <summary>For frames whose port is no more when they are to be counted.</summary>
    internal TrafficCounters Late { get; } = new();

    internal void Add(TrafficCounters counters, IEnumerable<ForwardingPipeline> pipelines)
    {
        _settling.Add((counters, [.. pipelines.Select(p => (p, p.Bursts)).Where(w => w.Bursts % 2 != 0)]));
        Settle();
    }

    /// <summary>Adds up what can't change any more.</summary>
    internal void Settle()
    {
        for (int i = _settling.Count - 1; i >= 0; i--)
        {
            if (_settling[i].Waiting.All(w => w.Pipeline.Bursts != w.Burst))
            {
                _settled.Add(_settling[i].Counters);
                _settling.RemoveAt(i);
            }
        }
    }

    internal void AddTo(TrafficCounters totals)
    {
        totals.Add(_settled);
        totals.Add(Late);
        foreach ((TrafficCounters counters, _) in _settling)
        {
            totals.Add(counters);
        }
    }
}
