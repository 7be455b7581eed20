using System.CommandLine;
using System.CommandLine.Parsing;

namespace VSwitch.PcapReplay.Replay;

/// <summary>Options of tcpreplay that are not there, and what to do instead; known, so that nobody is left with "unrecognized".</summary>
internal static class RefusedOptions
{
    private static readonly (string[] Names, string Reason)[] s_refused =
    [
        (["--timer", "-T"], "there is one way to wait: sleep until shortly before the moment, then spin (--no-spin to sleep only)"),
        (["--netmap"], "there is no netmap: frames go by a packet socket (--qdisc-bypass for the shorter way)"),
        (["--nm-delay"], "there is no netmap: leave it away"),
        (["--dualfile", "-2"], "merge the two files first: mergecap -w both.pcapng A B; then replay with --by-interface"),
        (["--pktlen"], "a frame is sent as far as it was captured: leave it away"),
        (["--verbose", "-v"], "look at the packets with: tcpdump -n -r FILE"),
        (["--decode", "-A"], "look at the packets with: tcpdump -n -r FILE"),
        (["--flow-expiry"], "flows are not counted: leave it away"),
        (["--listnics"], "look at: ip link"),
        (["--dbug", "-d"], "there is nothing to debug with: leave it away"),
    ];

    internal static IEnumerable<Option> Create() => s_refused.Select(r =>
    {
        var option = new Option<string?>(r.Names[0], r.Names[1..]) { Hidden = true, Arity = ArgumentArity.ZeroOrOne };
        option.Validators.Add((OptionResult result) => result.AddError($"{result.IdentifierToken?.Value ?? r.Names[0]}: {r.Reason}"));
        return (Option)option;
    });
}
