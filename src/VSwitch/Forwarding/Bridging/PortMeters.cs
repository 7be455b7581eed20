using VSwitch.Forwarding.Rates;
using VSwitch.Policies;

namespace VSwitch.Forwarding.Bridging;

/// <summary>The token buckets of a port. They outlive models: a link that goes up and down fills no bucket.</summary>
internal sealed class PortMeters
{
    private readonly TokenBucket? _policing;
    private readonly TokenBucket? _broadcast;
    private readonly TokenBucket? _multicast;
    private readonly TokenBucket? _unknownUnicast;

    internal PortMeters(PortPolicy policy)
    {
        _policing = Make(policy.Policing);
        _broadcast = Make(policy.StormControl?.Broadcast);
        _multicast = Make(policy.StormControl?.Multicast);
        _unknownUnicast = Make(policy.StormControl?.UnknownUnicast);
    }

    /// <summary>A frame may come in.</summary>
    /// <param name="now">Nanoseconds since the switch was made.</param>
    /// <param name="octets">Of the frame.</param>
    internal bool Admit(long now, int octets) => _policing is null || _policing.TryTake(now, 1, octets);

    /// <summary>A frame may be flooded.</summary>
    /// <param name="kind">To whom it is.</param>
    /// <param name="now">Nanoseconds since the switch was made.</param>
    /// <param name="octets">Of the frame.</param>
    internal bool Flood(FloodKind kind, long now, int octets)
    {
        TokenBucket? bucket = kind switch
        {
            FloodKind.Broadcast => _broadcast,
            FloodKind.Multicast => _multicast,
            _ => _unknownUnicast,
        };
        return bucket is null || bucket.TryTake(now, 1, octets);
    }

    private static TokenBucket? Make(RateLimit? limit) => limit is null ? null : new(limit);
}
