using VSwitch.Bpf;
using VSwitch.Devices.Filters;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests.Filters;

/// <summary>Our interpreter beside that of libpcap: real filters on real frames, and random programs on random octets.</summary>
public sealed unsafe class InterpreterTests(ITestOutputHelper output)
{
    private const int MaxFrames = 20_000;

    private static readonly string[] s_expressions =
    [
        "", "ip", "ip6", "arp", "rarp", "tcp", "udp", "icmp", "icmp6", "sctp", "igmp", "vrrp", "ah", "esp", "pim", "stp", "llc", "ether multicast", "ether broadcast", "multicast", "broadcast",
        "ip multicast", "ip6 multicast", "ether host 00:00:00:00:00:00", "ether src 00:0c:29:7c:3d:11", "ether dst ff:ff:ff:ff:ff:ff", "ether proto 0x800", "ether proto 0x88cc",
        "ether proto 0x8863 or ether proto 0x8864", "ether[0] & 1 != 0", "ether[12:2] < 1536", "ether[100] = 0x41", "ether[ether[14] & 0x0f] > 7", "vlan", "vlan 10", "vlan and ip", "vlan and vlan", "vlan and vlan and ip",
        "vlan 100 and tcp port 80", "not vlan", "mpls", "pppoes", "pppoes and ip", "host 10.0.0.1", "src host 192.168.1.1", "dst host 192.168.1.1", "net 10.0.0.0/8", "src net 192.168.0.0/16", "dst net 172.16.0.0/12",
        "ip6 net fe80::/10", "ip6 host ff02::1", "src net fd00::/8", "port 53", "tcp port 80", "tcp dst port 443", "udp src port 53", "tcp src port 80 or 443", "portrange 1-1023", "tcp dst portrange 8000-8999", "udp portrange 0-65535",
        "not tcp", "not (ip or ip6)", "ip proto 47", "ip6 proto 58", "tcp[tcpflags] & tcp-syn != 0", "tcp[tcpflags] & (tcp-syn|tcp-ack) = tcp-syn", "tcp[tcpflags] & (tcp-rst|tcp-fin) != 0",
        "tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420", "tcp[13] = 0x12 or tcp[13] = 0x02", "icmp[icmptype] = icmp-echo", "icmp[icmptype] == icmp-unreach and icmp[icmpcode] == 3", "icmp6[icmp6type] == icmp6-echo",
        "len > 100", "len = 60", "greater 1000", "less 64", "len % 7 = 3", "len / 2 > 40", "(len ^ 21) & 5 = 1", "len - 14 = ip[2:2]", "len << 2 > 400", "ip[6:2] & 0x1fff != 0", "ip[6] & 0x20 != 0", "ip[8] < 2", "ip[0] & 0xf != 5",
        "ip[ip[2:2] - 1] = 0", "ip[2:2] * ip[8] > 9999", "ip[20 + ip[9]:4] / (ip[1] + ip[7]) > 5", "ip[20:2] % ip[22:2] = 0", "-ip[0] > 0", "udp[4:2] > 1000", "udp[8] & 0x80 = 0", "ip[12:4] = ip[16:4]", "1 << ip[8] = 0", "ip[0] >> ip[1] = 69",
        "geneve", "ip and (tcp or udp) and not port 53 and (src net 10.0.0.0/8 or dst net 192.168.0.0/16)", "ip6[6] = 44", "arp[6:2] = 1", "arp[24:4] = 0x0a000001", "ether[6:4] = 0x000c297c", "iso", "atalk", "ipx", "decnet src 10.15",
    ];

    [Theory]
    [InlineData(LinkLayer.Ethernet)]
    [InlineData(LinkLayer.Ip)]
    public void RealFilters_OnRealFrames(LinkLayer linkLayer)
    {
        Libpcap.Require();
        byte[][] frames = Captures.Frames(linkLayer, MaxFrames);
        int compiled = 0, matches = 0;
        foreach (string expression in s_expressions)
        {
            if (!TryCompile(expression, linkLayer, out BpfProgram? program, out BpfInstruction[] instructions))
            {
                continue; // ether and vlan mean nothing on bare IP
            }

            compiled++;
            fixed (BpfInstruction* at = instructions)
            {
                for (int i = 0; i < frames.Length; i++)
                {
                    byte[] frame = frames[i];
                    uint ours = program.Run(frame, frame.Length);
                    uint theirs = Libpcap.Run(at, frame, frame.Length);
                    Assert.True(ours == theirs, $"'{expression}', frame {i}: {ours}, libpcap {theirs}");
                    matches += ours != 0 ? 1 : 0;
                    int cut = i % (frame.Length + 1);
                    Assert.True(program.Run(frame.AsSpan(0, cut), frame.Length) == Libpcap.Run(at, frame.AsSpan(0, cut), frame.Length), $"'{expression}', frame {i} cut to {cut}");
                }
            }
        }

        output.WriteLine($"{compiled} filters on {frames.Length} frames, {matches} matches");
        Assert.InRange(compiled, linkLayer == LinkLayer.Ethernet ? s_expressions.Length : 60, s_expressions.Length);
    }

    [Fact]
    public void RandomPrograms_OnRandomOctets()
    {
        Libpcap.Require();
        const int Seed = 4;
        var random = new Random(Seed);
        int notZero = 0;
        for (int i = 0; i < 100_000; i++)
        {
            BpfInstruction[] instructions = RandomPrograms.Next(random);
            Assert.True(BpfProgram.TryCreate(instructions, out BpfProgram? program, out string? problem), $"seed {Seed}, program {i}: {problem}");
            var frame = new byte[random.Next(80)];
            random.NextBytes(frame);
            int wireLength = frame.Length + random.Next(3);
            uint ours = program.Run(frame, wireLength);
            fixed (BpfInstruction* at = instructions)
            {
                uint theirs = Libpcap.Run(at, frame, wireLength);
                Assert.True(ours == theirs, $"seed {Seed}, program {i}: {ours}, libpcap {theirs}: {string.Join("; ", instructions)}");
            }

            notZero += ours != 0 ? 1 : 0;
        }

        output.WriteLine($"{notZero} of 100,000 programs returned something");
        Assert.InRange(notZero, 10_000, 100_000);
    }

    private static bool TryCompile(string expression, LinkLayer linkLayer, out BpfProgram program, out BpfInstruction[] instructions)
    {
        (program, instructions) = (null!, []);
        try
        {
            program = PcapFilter.Compile(expression, linkLayer);
        }
        catch (FormatException e) when (linkLayer == LinkLayer.Ip)
        {
            Assert.DoesNotContain("instruction", e.Message, StringComparison.Ordinal);
            return false;
        }

        instructions = PcapFilter.Translate(expression, linkLayer);
        return true;
    }
}
