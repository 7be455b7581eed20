using VSwitch.Captures.Files;
using VSwitch.Frames;

namespace VSwitch.Captures.Replaying;

/// <summary>What is counted while a replay runs.</summary>
internal sealed class ReplayCounters(IReadOnlyList<IReplayTarget> targets)
{
    private const long LateNanoseconds = 1_000_000;
    private const int MaxBroken = 100;

    private readonly long[] _failures = new long[Enum.GetValues<ReplayFailure>().Length];
    private readonly long[] _sent = new long[targets.Count];
    private readonly TimingHistogram _timing = new();
    private readonly List<string> _broken = [];
    private long _octets;
    private long _late;

    internal long Packets { get; private set; }

    internal long Skipped { get; set; }

    internal long Retries { get; set; }

    internal string? Ended { get; set; }

    private long Cut { get; set; }

    private long Converted { get; set; }

    private long SuperFrames { get; set; }

    internal void CountPacket(FrameMarks marks)
    {
        Packets++;
        Cut += (marks & FrameMarks.Cut) != 0 ? 1 : 0;
        Converted += (marks & FrameMarks.Converted) != 0 ? 1 : 0;
        SuperFrames += (marks & FrameMarks.SuperFrame) != 0 ? 1 : 0;
    }

    internal void CountFailure(ReplayFailure failure) => _failures[(int)failure]++;

    internal void CountRefusal(DropReason refusal) => CountFailure(refusal switch
    {
        DropReason.LinkDown => ReplayFailure.LinkDown,
        DropReason.Oversize => ReplayFailure.Oversize,
        DropReason.EgressFull => ReplayFailure.Full,
        _ => ReplayFailure.Refused,
    });

    internal void CountSent(int side, ReadOnlySpan<ReplayFrame> frames, long at)
    {
        _sent[side] += frames.Length;
        foreach (ref readonly ReplayFrame frame in frames)
        {
            long lateness = at - frame.Due;
            _octets += frame.Length;
            _late += lateness > LateNanoseconds ? 1 : 0;
            _timing.Add(lateness);
        }
    }

    internal void CountBroken(string name, CaptureError error)
    {
        if (_broken.Count < MaxBroken)
        {
            _broken.Add($"{name}: {error}");
        }
    }

    internal ReplayReport Report(long nanoseconds, long loops, bool isPaced)
    {
        long sent = _sent.Sum();
        return new()
        {
            Attempted = sent + _failures.Sum(),
            Sent = sent,
            Octets = _octets,
            Failures = Enum.GetValues<ReplayFailure>().Where(f => _failures[(int)f] > 0).ToDictionary(f => f, f => _failures[(int)f]),
            Skipped = Skipped,
            Cut = Cut,
            Converted = Converted,
            SuperFrames = SuperFrames,
            Retries = Retries,
            Loops = loops,
            Duration = TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick),
            Timing = isPaced ? new(_timing.Percentile(0.5), _timing.Percentile(0.99), _timing.Max, _late) : null,
            Interfaces = [.. targets.Select((t, i) => (t.Name, _sent[i]))],
            Broken = [.. _broken],
            Ended = Ended,
        };
    }
}
