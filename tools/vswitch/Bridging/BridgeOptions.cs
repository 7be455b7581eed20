using System.CommandLine;

namespace VSwitch.Tool.Bridging;

/// <summary>The options of <c>vswitch run</c> that are about the bridge as a whole.</summary>
internal sealed class BridgeOptions
{
    private readonly Option<string[]> _vlan = new("--vlan")
    {
        Description = "A VLAN, how many stations it may have, and whether they are learned: VID[,limit=N[:drop|flood]][,learning=on|off]. Repeatable.",
        HelpName = "VID,KEY=VALUE...",
    };

    private readonly Option<string[]> _privateVlan = new("--private-vlan")
    {
        Description = "A VLAN whose hosts are kept apart: PRIMARY[,isolated=VID][,community=VID+VID...]. "
            + "Those of the isolated VLAN reach only ports with access=PRIMARY, those of a community each other too. Repeatable.",
        HelpName = "PRIMARY,KEY=VALUE...",
    };

    private readonly Option<string[]> _mirror = new("--mirror")
    {
        Description = "Shows frames of ports at another, or in a VLAN: "
            + "[from=PORT+PORT...|all,][vlan=VIDS,][direction=in|out|both,]to=PORT or to-vlan=VID. Repeatable.",
        HelpName = "KEY=VALUE,...",
    };

    private readonly Option<string?> _loopGuard = new("--loop-guard")
    {
        Description = "Finds ports that are connected with each other elsewhere, and blocks one: with probes of its own, "
            + "probe[,interval=250ms][,heal=2s], or, silent, by stations that move, moves[,moves=20][,heal=2s]. Without a value: probe.",
        HelpName = "probe|moves[,KEY=VALUE...]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _flap = new("--flap")
    {
        Description = "Finds stations that move to and fro between ports, so often in so long, and holds them where they are for a while: "
            + "[moves=5][,window=10s][,hold=0s].",
        HelpName = "KEY=VALUE,...",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _wire = new("--wire") { Description = "The switch is a cable between two taps: everything passes, nothing is learned." };

    internal void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _vlan, _privateVlan, _mirror, _loopGuard, _flap, _wire })
        {
            command.Add(option);
        }
    }

    internal BridgeWishes Read(ParseResult parsed) => new(
        parsed.GetValue(_vlan) ?? [],
        parsed.GetValue(_privateVlan) ?? [],
        parsed.GetValue(_mirror) ?? [],
        Read(parsed, _loopGuard),
        Read(parsed, _flap),
        parsed.GetValue(_wire));

    // It may stand without a value.
    private static string? Read(ParseResult parsed, Option<string?> option) =>
        parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) ?? "" : null;
}
