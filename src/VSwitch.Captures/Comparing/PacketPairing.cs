using VSwitch.Captures.Comparing.Fields;

namespace VSwitch.Captures.Comparing;

/// <summary>Finds which of some packets are the same with other contents.</summary>
internal sealed class PacketPairing
{
    private const int Reach = 16; // packets that are looked at for the most similar one

    /// <summary>Fields that are rewritten on the way, most often; the rest of a packet tells which it is.</summary>
    private static readonly string[] s_rewritten =
    [
        "eth.dst", "eth.src", "eth.padding", "vlan", "arp.addresses", "ip.dscp", "ip.ecn", "ip.id", "ip.ttl", "ip.src", "ip.dst",
        "ipv6.dscp", "ipv6.ecn", "ipv6.flow", "ipv6.hlim", "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport", "tcp.window", "tcp.options.timestamp",
        "udp.srcport", "udp.dstport", "checksums", "frame.interface",
    ];

    private readonly ComparisonOptions _options;
    private readonly PacketDigester _digester;
    private readonly SequenceAligner _sequences;

    internal PacketPairing(ComparisonOptions options, SequenceAligner sequences)
    {
        _sequences = sequences;
        _options = options;
        _digester = new PacketDigester(new FrameMask([.. options.Ignore, .. s_rewritten]), options.CommonLength);
    }

    /// <summary>The same for packets that differ in what is rewritten on the way at most.</summary>
    internal UInt128 Core(ComparedPacket packet)
    {
        Span<byte> frame = _digester.Prepare(packet);
        if (_options.RelativeSequenceNumbers)
        {
            _digester.MakeRelative(frame, packet.Bases);
        }

        return _digester.Digest(packet);
    }

    /// <summary>How much of two packets is the same, 0 to 1.</summary>
    internal double Similarity(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (_options.CommonLength)
        {
            int common = Math.Min(a.Length, b.Length);
            a = a[..common];
            b = b[..common];
        }

        int longer = Math.Max(a.Length, b.Length);
        int same = 0;
        if (a.Length == b.Length)
        {
            for (int i = 0; i < a.Length; i++)
            {
                same += a[i] == b[i] ? 1 : 0;
            }
        }
        else
        {
            int front = a.CommonPrefixLength(b);
            a = a[front..];
            b = b[front..];
            same = front;
            while (!a.IsEmpty && !b.IsEmpty && a[^1] == b[^1])
            {
                a = a[..^1];
                b = b[..^1];
                same++;
            }
        }

        return longer == 0 ? 1 : (double)same / longer;
    }

    /// <summary>Pairs of packets of one flow that stand between the same two packets.</summary>
    internal IEnumerable<(ComparedPacket Expected, ComparedPacket Actual)> OfGap(ComparedPacket[] expected, ComparedPacket[] actual)
    {
        if (expected.Length == 0 || actual.Length == 0)
        {
            yield break;
        }

        int nextExpected = 0;
        int nextActual = 0;
        List<(int Expected, int Actual)> cores = _sequences.Align([.. expected.Select(Core)], [.. actual.Select(Core)]);
        foreach ((int i, int j) in cores.Append((expected.Length, actual.Length)))
        {
            foreach (var pair in OfRest(expected[nextExpected..i], actual[nextActual..j]))
            {
                yield return pair;
            }

            if (i < expected.Length)
            {
                yield return (expected[i], actual[j]);
            }

            (nextExpected, nextActual) = (i + 1, j + 1);
        }
    }

    private IEnumerable<(ComparedPacket Expected, ComparedPacket Actual)> OfRest(ComparedPacket[] expected, ComparedPacket[] actual)
    {
        if (expected.Length == actual.Length)
        {
            return expected.Zip(actual); // one for one: the plainest story
        }

        List<(ComparedPacket, ComparedPacket)> pairs = [];
        int next = 0;
        foreach (ComparedPacket packet in expected)
        {
            (int Index, double Similarity) best = (-1, 0.5);
            for (int j = next; j < Math.Min(actual.Length, next + Reach); j++)
            {
                double similarity = Similarity(packet.Span, actual[j].Span);
                best = similarity > best.Similarity ? (j, similarity) : best;
            }

            if (best.Index >= 0)
            {
                pairs.Add((packet, actual[best.Index]));
                next = best.Index + 1;
            }
        }

        return pairs;
    }
}
