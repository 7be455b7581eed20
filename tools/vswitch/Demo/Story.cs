using System.Globalization;
using VSwitch.Devices;
using VSwitch.Filtering;
using VSwitch.Terminal;
using VSwitch.Tool.Run;

namespace VSwitch.Tool.Demo;

/// <summary>What a demo tells, step by step.</summary>
internal sealed class Story(TextWriter output)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private int _step;

    /// <summary>Begins a step.</summary>
    internal void Step(string text) => output.WriteLine($"{++_step}. {text}");

    internal void Say(string text) => output.WriteLine(text);

    /// <summary>Says something that belongs to the step.</summary>
    internal void Detail(string text) => output.WriteLine($"   {text}");

    internal void Throughput(long octets, TimeSpan time, long frames)
    {
        double gigabits = octets * 8 / time.TotalSeconds / 1e9;
        Detail(string.Create(
            CultureInfo.InvariantCulture,
            $"{octets / 1e9:F2} GB in {time.TotalSeconds:F2} s: {gigabits:F1} Gbit/s, {octets / Math.Max(frames, 1):N0} octets a frame"));
    }

    internal void Stations(VirtualSwitch @switch)
    {
        Step("The filtering database: who is behind which port.");
        var table = new TextTable("station", "vlan", "port", "age");
        foreach (FilteringEntry entry in @switch.GetStations().OrderBy(e => e.Port.Index).ThenBy(e => e.Mac.Value))
        {
            string port = @switch.Ports.FirstOrDefault(p => p.Id == entry.Port)?.Name ?? "-";
            table.Add(entry.Mac.ToString(), entry.Vlan.ToString(), port, $"{entry.Age.TotalSeconds:F0}s");
        }

        Lines(table.Lines());
    }

    internal void Counters(VirtualSwitch @switch)
    {
        Step("The counters: every frame is accounted for.");
        SpinWait.SpinUntil(() => IsExact(@switch.GetTotals()), s_patience); // a frame may be under way at this moment
        var table = new TextTable("port", "rx frames", "rx octets", "tx frames", "tx octets", "drops");
        foreach (StatsSample.Port port in StatsSample.Take(@switch).Ports)
        {
            table.Add(
                port.Name,
                Quantity.Long(port.ReceivedFrames),
                Quantity.Long(port.ReceivedOctets),
                Quantity.Long(port.SentFrames),
                Quantity.Long(port.SentOctets),
                port.Drops.Count == 0 ? "0" : string.Join(", ", port.Drops.Select(d => $"{d.Reason} {Quantity.Long(d.Frames)}")));
        }

        Lines(table.Lines());
        TrafficCounters totals = @switch.GetTotals();
        string verdict = IsExact(totals) ? "exact" : "NOT EXACT";
        Detail($"received {Quantity.Long(totals.ReceivedFrames)} + replicated {Quantity.Long(totals.Replicated)} = "
            + $"sent {Quantity.Long(totals.SentFrames)} + dropped {Quantity.Long(totals.TotalDrops())}: {verdict}");
    }

    private static bool IsExact(TrafficCounters totals) =>
        totals.ReceivedFrames + totals.Replicated == totals.SentFrames + totals.TotalDrops();

    private void Lines(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            Detail(line);
        }
    }
}
