using System.Globalization;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>What the kernel of a namespace counted as broken: wrong checksums, headers that lie.</summary>
/// <remarks>Source: /proc/net/snmp and snmp6 of the thread's namespace. UDP's InErrors are left out: they also count full socket buffers.</remarks>
internal sealed record KernelErrors(long Ip, long TcpSegments, long TcpChecksums, long UdpChecksums, long Ip6, long Udp6Checksums)
{
    internal static readonly KernelErrors None = new(0, 0, 0, 0, 0, 0);

    internal static KernelErrors Of(LabStation station) => station.Namespace.Run(() =>
    {
        string[] snmp = File.ReadAllLines("/proc/thread-self/net/snmp");
        Dictionary<string, long> snmp6 = File.ReadLines("/proc/thread-self/net/snmp6")
            .Select(l => l.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(p => p[0], p => long.Parse(p[1], CultureInfo.InvariantCulture));
        return new KernelErrors(
            Value(snmp, "Ip:", "InHdrErrors"),
            Value(snmp, "Tcp:", "InErrs"),
            Value(snmp, "Tcp:", "InCsumErrors"),
            Value(snmp, "Udp:", "InCsumErrors"),
            snmp6["Ip6InHdrErrors"],
            snmp6["Udp6InCsumErrors"]);
    });

    // A line of names, then one of values.
    private static long Value(string[] lines, string protocol, string name)
    {
        string[][] pair = [.. lines.Where(l => l.StartsWith(protocol, StringComparison.Ordinal)).Select(l => l.Split(' '))];
        return long.Parse(pair[1][Array.IndexOf(pair[0], name)], CultureInfo.InvariantCulture);
    }
}
