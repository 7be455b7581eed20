using VSwitch.Capturing;
using VSwitch.Frames;
using VSwitch.Terminal;

namespace VSwitch.Tool.Capturing;

/// <summary>Reads <c>TIME[,memory=64M][,snaplen=2048][,on=drop|REASON|port-down+...][,after=1s][,dir=DIR][,files=10]</c>.</summary>
internal static class KeepParser
{
    private const int MaxFiles = 100_000;

    private static readonly string[] s_keys = ["memory", "snaplen", "on", "after", "dir", "files"];
    private static readonly TimeRange s_afterTimes = new(TimeSpan.Zero, TimeSpan.FromMinutes(10), "0s to 10m");

    /// <param name="text">The value; null without the option.</param>
    /// <param name="problems">Takes what is wrong.</param>
    internal static KeepOptions? Parse(string? text, List<string> problems)
    {
        if (text is null)
        {
            return null;
        }

        var option = new OptionText("--keep", text, s_keys, problems);
        option.Require(
            Quantity.TryParseTime(option.Head, out TimeSpan time) && time >= TimeSpan.FromSeconds(1) && time <= TimeSpan.FromDays(1),
            $"'{option.Head}' is not a time from 1s to 24h: write how much of the past is kept, such as 30s");
        var unsaid = new KeepOptions { Time = time };
        long memory = unsaid.Octets;
        option.Require(
            option["memory"] is not { } m || Quantity.TryParseOctets(m, 1 << 20, CaptureRequest.MaxBufferOctets, out memory), $"memory '{option["memory"]}' is not a number of octets from 1M to 1G");
        int snapLength = unsaid.SnapLength;
        option.Require(
            option["snaplen"] is not { } s || Quantity.TryParseCount(s, 1, CaptureRequest.DefaultSnapLength, out snapLength), $"snaplen '{option["snaplen"]}' is not a number from 1 to {CaptureRequest.DefaultSnapLength}");
        int files = unsaid.MaxFiles;
        option.Require(option["files"] is not { } f || Quantity.TryParseCount(f, 1, MaxFiles, out files), $"files '{option["files"]}' is not a number from 1 to {MaxFiles}");
        string folder = option["dir"] ?? unsaid.Folder;
        option.Require(Directory.Exists(folder), $"dir '{Printable.Of(folder)}' is not a folder that is there: make it first");
        TimeSpan after = s_afterTimes.Read(option, "after", unsaid.After);
        (HashSet<DropReason> drops, bool onPortDown) = ParseTriggers(option);
        return new KeepOptions
        {
            Time = time, Octets = (int)memory, SnapLength = snapLength, Drops = drops, OnPortDown = onPortDown, After = after, Folder = folder, MaxFiles = files,
        };
    }

    private static (HashSet<DropReason> Drops, bool OnPortDown) ParseTriggers(OptionText option)
    {
        var drops = new HashSet<DropReason>();
        bool onPortDown = false;
        foreach (string trigger in option["on"]?.Split('+') ?? [])
        {
            if (trigger == "port-down")
            {
                onPortDown = true;
            }
            else if (trigger == "drop")
            {
                drops.UnionWith(DropReasons.All);
            }
            else
            {
                DropReason reason = DropReasons.All.FirstOrDefault(r => r.ToString().Equals(trigger, StringComparison.OrdinalIgnoreCase));
                option.Require(reason != DropReason.None, $"on '{trigger}' is not drop, port-down, or a reason as vswitch drops names it, such as {DropReason.Oversize}");
                drops.Add(reason);
            }
        }

        return (drops, onPortDown);
    }
}
