using System.Globalization;

namespace VSwitch.CompareBench.Lab;

/// <summary>CPU time that the hypervisor gave to others while this machine wanted it, from /proc/stat.</summary>
/// <param name="StolenTicks">Field "steal" of the line "cpu".</param>
/// <param name="BusyTicks">All of that line but idle and iowait; steal counts.</param>
internal readonly record struct StolenTime(double StolenTicks, double BusyTicks)
{
    public static StolenTime Now()
    {
        // cpu user nice system idle iowait irq softirq steal ...: guest time is part of user already.
        double[] ticks = [.. File.ReadLines("/proc/stat").First()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1).Take(8)
            .Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
        return new StolenTime(ticks[7], ticks.Sum() - ticks[3] - ticks[4]);
    }

    /// <summary>Stolen share of the wanted CPU time since <paramref name="before"/>, in percent.</summary>
    public double PercentSince(StolenTime before)
    {
        double busy = BusyTicks - before.BusyTicks;
        return busy > 0 ? 100 * (StolenTicks - before.StolenTicks) / busy : 0;
    }
}
