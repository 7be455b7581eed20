namespace VSwitch.Policies;

/// <summary>At most so much in a second, in frames or in bits, with a burst that may come at once (a token bucket).</summary>
public sealed record RateLimit
{
    private RateLimit(long perSecond, bool isFrames, long burst) => (PerSecond, IsFrames, Burst) = (perSecond, isFrames, burst);

    /// <summary>The least burst of octets: a super-frame of 64 KiB must fit, or it would never pass.</summary>
    public const long LeastBurstOctets = 64 * 1024 + 64;

    /// <summary>Frames or bits a second.</summary>
    public long PerSecond { get; }

    /// <summary>Frames are counted; otherwise the bits of the frames, from the Ethernet header on, without FCS.</summary>
    public bool IsFrames { get; }

    /// <summary>What may come at once after a pause: frames, or octets.</summary>
    public long Burst { get; }

    /// <summary>A limit in frames a second.</summary>
    /// <param name="perSecond">1 to 1,000,000,000.</param>
    /// <param name="burst">Frames at once; null for a tenth of a second's, and at least one.</param>
    public static RateLimit Frames(long perSecond, long? burst = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(perSecond is >= 1 and <= 1_000_000_000, true, nameof(perSecond));
        long frames = burst ?? Math.Max(1, perSecond / 10);
        ArgumentOutOfRangeException.ThrowIfNotEqual(frames is >= 1 and <= 1_000_000_000, true, nameof(burst));
        return new(perSecond, isFrames: true, frames);
    }

    /// <summary>A limit in bits a second.</summary>
    /// <param name="perSecond">1,000 to 1,000,000,000,000.</param>
    /// <param name="burstOctets">Octets at once, at least <see cref="LeastBurstOctets"/>; null for a hundredth of a second's.</param>
    public static RateLimit Bits(long perSecond, long? burstOctets = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(perSecond is >= 1000 and <= 1_000_000_000_000, true, nameof(perSecond));
        long octets = Math.Max(LeastBurstOctets, burstOctets ?? (perSecond / 8 / 100));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(octets, 1_000_000_000, nameof(burstOctets));
        return new(perSecond, isFrames: false, octets);
    }

    /// <summary>As <c>tc</c> writes rates.</summary>
    public override string ToString() =>
        IsFrames ? $"{PerSecond}pps"
        : PerSecond % 1_000_000_000 == 0 ? $"{PerSecond / 1_000_000_000}gbit"
        : PerSecond % 1_000_000 == 0 ? $"{PerSecond / 1_000_000}mbit"
        : PerSecond % 1000 == 0 ? $"{PerSecond / 1000}kbit"
        : $"{PerSecond}bit";
}
