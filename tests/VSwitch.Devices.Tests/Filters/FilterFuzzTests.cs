using System.Diagnostics;
using System.Globalization;
using System.Text;
using VSwitch.Bpf;
using VSwitch.Devices.Filters;
using VSwitch.Frames;

namespace VSwitch.Devices.Tests.Filters;

/// <summary>Filter expressions come from users and over the control socket: whatever they are, they are compiled or refused in one line, and what was compiled runs.</summary>
public sealed class FilterFuzzTests
{
    private const int Rounds = 3_000;

    // No names that would be looked up in files or asked of servers.
    private static readonly string[] s_words =
    [
        "ip", "ip6", "arp", "tcp", "udp", "icmp", "ether", "vlan", "mpls", "host", "net", "port", "portrange", "src", "dst", "proto", "len", "less", "greater", "and", "or", "not", "(", ")", "[", "]", ":", "&", "|", "^",
        "<<", ">>", "+", "-", "*", "/", "%", "=", "!=", "<", ">=", "0", "1", "12", "4294967295", "4294967296", "0xffff", "10.0.0.1", "10.0.0.0/8", "fe80::1", "::/0", "02:00:00:00:00:01", "tcp[13]", "ip[0]", "ether[6:4]", "len",
        "broadcast", "multicast", "gateway", "inbound", "pppoes", "geneve", "mask", "255.0.0.0", "\\tcp", "protochain", "\"", "'", "\0", "\n", "é", "💥",
    ];

    [Fact]
    public void Compile_AnyText_IsAProgramThatEndsOrOneLine()
    {
        Libpcap.Require();
        int seed = int.TryParse(Environment.GetEnvironmentVariable("VSWITCH_STRESS_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : 20260;
        bool isLong = int.TryParse(Environment.GetEnvironmentVariable("VSWITCH_STRESS_SECONDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds);
        var random = new Random(seed);
        byte[] frame = new byte[256];
        var watch = Stopwatch.StartNew();
        int programs = 0;
        for (int round = 0; round < Rounds || (isLong && watch.Elapsed.TotalSeconds < seconds); round++)
        {
            string expression = random.Next(4) == 0 ? Characters(random) : Words(random);
            LinkLayer linkLayer = random.Next(2) == 0 ? LinkLayer.Ethernet : LinkLayer.Ip;
            try
            {
                BpfProgram program = PcapFilter.Compile(expression, linkLayer);
                random.NextBytes(frame);
                for (int length = 0; length <= frame.Length; length += 16)
                {
                    program.Matches(frame.AsSpan(0, length));
                }

                programs++;
            }
            catch (FormatException error)
            {
                Assert.False(error.Message.Any(char.IsControl), $"seed {seed}, round {round}: {error.Message}");
            }
            catch (Exception error)
            {
                Assert.Fail($"seed {seed}, round {round}, '{expression}': {error}");
            }
        }

        Assert.True(programs > Rounds / 100, $"seed {seed}: {programs} of them were programs");
    }

    private static string Words(Random random) => string.Join(' ', Enumerable.Range(0, 1 + random.Next(8)).Select(_ => s_words[random.Next(s_words.Length)]));

    private static string Characters(Random random)
    {
        var text = new StringBuilder();
        for (int i = random.Next(40); i > 0; i--)
        {
            text.Append("0123456789.:/[]()&|<>=!\\\"' \t"[random.Next(28)]); // no letters: no names
        }

        return text.ToString();
    }
}
