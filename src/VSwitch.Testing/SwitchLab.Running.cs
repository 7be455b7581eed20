using System.Runtime.CompilerServices;
using VSwitch.Testing.Replaying;
using VSwitch.Testing.Running;

namespace VSwitch.Testing;

/// <content>Time, and what happens in it.</content>
public sealed partial class SwitchLab
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private bool _hasUnrunReplay;

    /// <summary>Prepares to replay a capture: <see cref="CaptureReplay.Into"/> says where, and <see cref="Run"/> or <see cref="Advance"/> lets it happen.</summary>
    /// <param name="path">pcap or pcapng, with gzip or without. A relative path is looked for beside the test's source, beside the test's program, and in the current folder.</param>
    /// <param name="source">The test's source: the compiler gives it.</param>
    /// <exception cref="FileNotFoundException">It is nowhere; the message has all places.</exception>
    public CaptureReplay Replay(string path, [CallerFilePath] string source = "")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new CaptureReplay(this, CaptureFinder.Find(path, source));
    }

    /// <summary>Lets time pass until all replays, frames on cables and what was put off have come to their end. It takes no time when there is nothing.</summary>
    /// <exception cref="InvalidOperationException">There is no end within a day of the lab's time.</exception>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _hasUnrunReplay = false;
        if (!Schedule.RunUntilIdle(_clock.Nanoseconds + (s_day.Ticks * TimeSpan.NanosecondsPerTick)))
        {
            throw new InvalidOperationException("there is no end within a day of the lab's time: use Advance for a capture that is longer; a loop of cables never ends");
        }
    }

    /// <summary>Lets so much time pass, with all that happens in it: replays, timers of the switches, ageing.</summary>
    /// <param name="by">Hours cost milliseconds.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _hasUnrunReplay = false;
        Schedule.RunUntil(_clock.Nanoseconds + (by.Ticks * TimeSpan.NanosecondsPerTick));
    }

    /// <summary>Puts something off: it happens when so much time has passed, amid replays.</summary>
    /// <param name="delay">From now.</param>
    /// <param name="action">For instance: a link goes down.</param>
    public void After(TimeSpan delay, Action action)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(action);
        Schedule.Add(action, _clock.Nanoseconds + (delay.Ticks * TimeSpan.NanosecondsPerTick));
    }

    internal void Begin(LabPort to, string source, IReadOnlyList<ReplayFrame> frames, long delay, int rounds)
    {
        _hasUnrunReplay = true;
        Schedule.Add(new ReplayTrack(to.Plugged, source, frames, _clock.Nanoseconds + delay, rounds));
    }
}
