using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Layer3;

/// <summary>How many ICMP errors the switch sends about the packets of each port: token buckets (RFC 1812, 4.3.2.8; RFC 4443, 2.4 f).</summary>
/// <remarks>One for each port, so that nobody uses up what others need to find their path MTU. Any thread.</remarks>
internal sealed class IcmpLimiter
{
    /// <summary>Errors a second.</summary>
    internal const int PerSecond = 1000;

    /// <summary>Errors at once.</summary>
    internal const int Burst = 50;

    private const int Token = 1000; // thousandths: a token takes a millisecond

    private readonly Lock _taking = new();
    private readonly (int Spent, long At)[] _buckets = new (int, long)[PortId.MaxPorts + 1]; // the last is for those that are no port

    /// <returns>False when no more may be sent now.</returns>
    internal bool TryTake(PortId ingress, long nowMilliseconds)
    {
        lock (_taking)
        {
            ref (int Spent, long At) bucket = ref _buckets[Math.Min(ingress.Index, PortId.MaxPorts)];
            long refilled = Math.Clamp(nowMilliseconds - bucket.At, 0, Burst * Token / PerSecond) * PerSecond;
            int spent = (int)Math.Max(0, bucket.Spent - refilled);
            bucket = (spent, Math.Max(bucket.At, nowMilliseconds));
            if (spent + Token > Burst * Token)
            {
                return false;
            }

            bucket.Spent += Token;
            return true;
        }
    }
}
