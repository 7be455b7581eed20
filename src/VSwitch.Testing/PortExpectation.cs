using System.Globalization;
using System.Runtime.CompilerServices;
using VSwitch.Bpf;
using VSwitch.Captures.Comparing;
using VSwitch.Devices.Filters;
using VSwitch.Filtering;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Testing.Expecting;
using VSwitch.Testing.Replaying;
using ComparisonOptions = VSwitch.Captures.Comparing.ComparisonOptions;

namespace VSwitch.Testing;

/// <summary>What is expected of a port: each method looks at what its station has received up to now, and throws an <see cref="ExpectationException"/> when it is something else.</summary>
/// <remarks>
/// Nothing is used up: several expectations can look at the same frames, and <see cref="LabPort.Forget"/> begins anew. Filters are expressions of tcpdump and need libpcap
/// (<see cref="FormatException"/> when one is wrong, <see cref="InvalidOperationException"/> without libpcap).
/// </remarks>
public sealed partial class PortExpectation
{
    private readonly SwitchLab _lab;
    private readonly LabPort _port;

    internal PortExpectation(SwitchLab lab, LabPort port) => (_lab, _port) = (lab, port);

    /// <summary>So many frames, neither more nor fewer.</summary>
    public PortExpectation Frames(long count) => Count(null, count, count);

    /// <summary>So many frames that match a filter; what else came does not matter.</summary>
    public PortExpectation Frames(string filter, long count)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Count(filter, count, count);
    }

    /// <summary>So many frames or more, of those that match a filter where there is one.</summary>
    public PortExpectation AtLeast(long count, string? filter = null) => Count(filter, count, long.MaxValue);

    /// <summary>So many frames or fewer, of those that match a filter where there is one.</summary>
    public PortExpectation AtMost(long count, string? filter = null) => Count(filter, 0, count);

    /// <summary>No frame at all, or none that matches a filter.</summary>
    public PortExpectation Nothing(string? filter = null) => Count(filter, 0, 0);

    /// <summary>At least one frame, and none that does not match a filter.</summary>
    public PortExpectation Only(string filter)
    {
        Func<LabFrame, bool> matches = Matcher(filter);
        IReadOnlyList<LabFrame> received = _port.Received;
        LabFrame[] others = [.. received.Where(f => !matches(f))];
        if (others.Length > 0 || received.Count == 0)
        {
            throw Wrong(
                received.Count == 0 ? $"expected only frames that match '{filter}', and received none at all" : $"expected only frames that match '{filter}', and received {N(others.Length)} others",
                "others", others, others.FirstOrDefault());
        }

        return this;
    }

    /// <summary>These frames in this order, and no others.</summary>
    public PortExpectation Exactly(params IEnumerable<byte[]> frames)
    {
        byte[][] expected = [.. frames];
        IReadOnlyList<LabFrame> received = _port.Received;
        for (int i = 0; i < Math.Max(expected.Length, received.Count); i++)
        {
            if (i < expected.Length && i < received.Count && expected[i].AsSpan().SequenceEqual(received[i].Octets.Span))
            {
                continue;
            }

            throw Difference($"expected exactly {N(expected.Length)} frames, received {N(received.Count)}; frame {N(i + 1)} is the first that differs", expected.ElementAtOrDefault(i), received.ElementAtOrDefault(i), received);
        }

        return this;
    }

    /// <summary>These frames, each as often as it is given, in any order, and no others.</summary>
    public PortExpectation ExactlyInAnyOrder(params IEnumerable<byte[]> frames)
    {
        List<byte[]> missing = [.. frames];
        IReadOnlyList<LabFrame> received = _port.Received;
        var unexpected = new List<LabFrame>();
        foreach (LabFrame frame in received)
        {
            int at = missing.FindIndex(f => f.AsSpan().SequenceEqual(frame.Octets.Span));
            if (at < 0)
            {
                unexpected.Add(frame);
            }
            else
            {
                missing.RemoveAt(at);
            }
        }

        return missing.Count + unexpected.Count == 0
            ? this
            : throw Difference($"expected other frames: {N(missing.Count)} are missing, {N(unexpected.Count)} came that were not expected", missing.FirstOrDefault(), unexpected.FirstOrDefault(), received);
    }

    /// <summary>These frames in this order; others may come before, between and after them.</summary>
    public PortExpectation InOrder(params IEnumerable<byte[]> frames)
    {
        IReadOnlyList<LabFrame> received = _port.Received;
        int at = 0;
        int number = 0;
        foreach (byte[] frame in frames)
        {
            number++;
            while (at < received.Count && !received[at].Octets.Span.SequenceEqual(frame))
            {
                at++;
            }

            if (at++ >= received.Count)
            {
                throw Difference($"expected frames in an order, and frame {N(number)} of them did not come behind the one before", frame, null, received);
            }
        }

        return this;
    }

    /// <summary>The frames of a capture, and no others. The default: every octet, the order within a flow; not the time.</summary>
    /// <param name="capture">Is looked for like <see cref="SwitchLab.Replay"/> does; it is of one interface, or of several that don't count.</param>
    /// <param name="options">What may differ; null for the default.</param>
    /// <param name="source">The test's source: the compiler gives it.</param>
    /// <exception cref="FileNotFoundException">The capture is nowhere.</exception>
    public PortExpectation SameAs(string capture, ComparisonOptions? options = null, [CallerFilePath] string source = "")
    {
        string path = CaptureFinder.Find(capture, source);
        CaptureComparison comparison = Comparing.WithFile(path, stream => _lab.SaveReceived(_port, stream), (options ?? new ComparisonOptions()) with { IgnoreInterfaces = true });
        if (!comparison.IsEqual)
        {
            var report = new FailureReport(_lab);
            report.AddLine($"port {_port}: expected the frames of {path}");
            Comparing.Describe(comparison, report);
            report.AddDrops();
            throw _lab.Fail(report);
        }

        return this;
    }

    /// <summary>So many frames dropped here for one reason: at ingress of those that came in here, at egress of those that were to go out here.</summary>
    public PortExpectation Drops(DropReason reason, long count)
    {
        long drops = _port.Drops(reason);
        return drops == count
            ? this
            : throw Wrong($"expected {N(count)} drops as {reason}, counted {N(drops)}: {DropReasons.Describe(reason)}", "received", _port.Received, null);
    }

    /// <summary>No frame dropped here, for any reason.</summary>
    public PortExpectation NoDrops()
    {
        long drops = DropReasons.All.Sum(_port.Drops);
        return drops == 0 ? this : throw Wrong($"expected no drops, counted {N(drops)}", "received", _port.Received, null);
    }

    /// <summary>The switch knows a station behind the port, by what it has learned or by what was entered.</summary>
    /// <param name="station">The station's address.</param>
    /// <param name="vlan">The VLAN.</param>
    public PortExpectation Station(MacAddress station, int vlan = 1) => CheckStation(station, vlan, expected: true);

    /// <summary>The switch does not know a station behind the port.</summary>
    /// <inheritdoc cref="Station"/>
    public PortExpectation NoStation(MacAddress station, int vlan = 1) => CheckStation(station, vlan, expected: false);

    private PortExpectation CheckStation(MacAddress station, int vlan, bool expected)
    {
        FilteringEntry[] known = [.. _port.Owner.Switch.GetStations().Where(s => s.Mac == station)];
        if (known.Any(s => s.Vlan.Value == vlan && s.Port == _port.Port.Id) == expected)
        {
            return this;
        }

        var report = new FailureReport(_lab);
        report.AddLine($"port {_port}: expected {(expected ? "" : "not ")}to know {station} in vlan {N(vlan)}");
        report.AddLine(known.Length == 0 ? "the switch knows it nowhere" : $"the switch knows it {string.Join(", ", known.Select(Where))}");
        report.AddDrops();
        throw _lab.Fail(report);

        string Where(FilteringEntry entry) => $"behind {_port.Owner.Switch.Ports.FirstOrDefault(p => p.Id == entry.Port)?.Name ?? "the switch itself"} in vlan {entry.Vlan}";
    }

    private PortExpectation Count(string? filter, long least, long most)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(least);
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        IReadOnlyList<LabFrame> received = _port.Received;
        Func<LabFrame, bool> matches = Matcher(filter);
        LabFrame[] matching = filter is null ? [.. received] : [.. received.Where(matches)];
        if (matching.Length >= least && matching.Length <= most)
        {
            return this;
        }

        string wanted = most == 0 ? "nothing" : $"{(most == long.MaxValue ? "at least " : least == most ? "" : "at most ")}{N(most == long.MaxValue ? least : most)} frames";
        throw Wrong(
            $"expected {wanted}{(filter is null ? "" : $" that {(most == 0 ? "matches" : "match")} '{filter}'")}, received {N(matching.Length)}{(filter is null ? "" : $" of {N(received.Count)}")}",
            filter is not null && matching.Length == 0 ? "received, though not matching" : "received", matching.Length == 0 ? received : matching, matching.Length > most ? matching[(int)most] : null);
    }

    private Func<LabFrame, bool> Matcher(string? filter)
    {
        if (filter is null)
        {
            return _ => true;
        }

        BpfProgram program = PcapFilter.Compile(filter, _port.Port.Device.LinkLayer);
        return frame => program.Matches(frame.Octets.Span);
    }

    private ExpectationException Wrong(string what, string title, IReadOnlyList<LabFrame> frames, LabFrame? wrong)
    {
        var report = new FailureReport(_lab);
        report.AddLine($"port {_port}: {what}");
        report.AddFrames(title, frames);
        if (wrong is not null)
        {
            report.AddLine($"one that was not expected: {wrong}");
            report.AddWay(wrong);
        }

        report.AddDrops();
        return _lab.Fail(report);
    }

    private ExpectationException Difference(string what, byte[]? expected, LabFrame? came, IReadOnlyList<LabFrame> received)
    {
        var report = new FailureReport(_lab);
        report.AddLine($"port {_port}: {what}");
        if (expected is not null)
        {
            report.AddLine($"  expected  {FrameText.Of(expected, _port.Port.Device.LinkLayer)}");
        }

        if (came is not null)
        {
            report.AddLine($"  received  {came}");
        }

        if (expected is not null && came is not null)
        {
            int at = expected.AsSpan().CommonPrefixLength(came.Octets.Span);
            report.AddLine($"  they are the same up to octet {N(at)}, of {N(expected.Length)} and {N(came.Octets.Length)}");
        }

        if (expected is not null)
        {
            report.AddLine("of the one that was expected:");
            report.AddFate(expected);
        }
        else if (came is not null)
        {
            report.AddWay(came);
        }

        report.AddFrames("received", received);
        report.AddDrops();
        return _lab.Fail(report);
    }

    private static string N(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
