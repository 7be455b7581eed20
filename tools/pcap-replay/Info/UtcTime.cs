using System.Globalization;

namespace VSwitch.PcapReplay.Info;

/// <summary>Times of captures as text.</summary>
internal static class UtcTime
{
    private const int NanosecondsPerTick = 100;

    /// <summary>ISO 8601 with nine digits of a second: 2026-01-02T03:04:05.123456789Z.</summary>
    /// <param name="nanoseconds">Since 1970-01-01 00:00 UTC: every value has a date, from 1677 to 2262.</param>
    internal static string Of(long nanoseconds)
    {
        (long ticks, long rest) = Math.DivRem(nanoseconds, NanosecondsPerTick);
        if (rest < 0)
        {
            (ticks, rest) = (ticks - 1, rest + NanosecondsPerTick);
        }

        DateTime time = DateTime.UnixEpoch.AddTicks(ticks);
        return string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ss.fffffff}{rest:D2}Z");
    }
}
