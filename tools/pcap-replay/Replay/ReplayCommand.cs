using System.CommandLine;

namespace VSwitch.PcapReplay.Replay;

/// <summary><c>pcap-replay</c> without a verb: captures onto interfaces, with the words of tcpreplay.</summary>
internal static class ReplayCommand
{
    /// <summary>Adds the options and the action to the root command.</summary>
    internal static void AddTo(Command root)
    {
        var options = new ReplayArguments();
        options.AddTo(root);
        root.SetAction((parsed, _) => ReplayRun.RunAsync(options.Read(parsed)));
    }
}
