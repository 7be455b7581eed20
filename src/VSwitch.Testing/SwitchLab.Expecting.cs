using System.Globalization;
using System.Runtime.CompilerServices;
using VSwitch.Devices;
using VSwitch.Testing.Expecting;
using VSwitch.Testing.Running;
using ComparisonOptions = VSwitch.Captures.Comparing.ComparisonOptions;

namespace VSwitch.Testing;

/// <content>What a test expects.</content>
public sealed partial class SwitchLab
{
    private const int SecondsUntilGivenUp = 30; // more than a packet waits for its next hop

    private bool HasFailed { get; set; }

    /// <summary>Looks at what the station at a port has received up to now.</summary>
    /// <exception cref="ArgumentException">The port is of another lab.</exception>
    /// <exception cref="InvalidOperationException">A replay was entered and no time has passed since: what would be expected has not happened yet.</exception>
    public PortExpectation Expect(LabPort port)
    {
        Check(port);
        CheckHasRun();
        return new PortExpectation(this, port);
    }

    /// <summary>Expectations look only at what comes from now on, at all ports. Captures have all.</summary>
    public void Forget()
    {
        foreach (LabPort port in Ports)
        {
            port.Forget();
        }
    }

    /// <summary>
    /// Compares all that came in and went out, at all ports since the beginning, with a golden file beside the test's source: <c>golden/FILE.TEST.pcapng</c>. VSWITCH_ACCEPT=1 in the environment writes it.
    /// </summary>
    /// <param name="name">Tells several golden files of one test apart.</param>
    /// <param name="options">What may differ; null for all fields of all frames, whatever their times.</param>
    /// <param name="test">The test's name: the compiler gives it.</param>
    /// <param name="source">The test's source: the compiler gives it.</param>
    /// <exception cref="ExpectationException">There is a difference, no golden file, or it is to be written in CI.</exception>
    public void ExpectGolden(string? name = null, ComparisonOptions? options = null, [CallerMemberName] string test = "", [CallerFilePath] string source = "")
    {
        CheckHasRun();
        new GoldenFile(new TestPlace(test, source), name).Check(this, options, _options.Log ?? Console.Error);
    }

    /// <summary>Ends a test with what was expected, what came, and how to see it again.</summary>
    internal ExpectationException Fail(FailureReport report)
    {
        HasFailed = true;
        report.AddLine(_seed.ToString());
        string? capture = null;
        try
        {
            capture = FailureCapture.PathFor(_options.OutputFolder, _place.Name);
            SaveCapture(capture);
            report.AddLine($"capture of all ports: {capture}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            capture = null;
            report.AddLine($"no capture: {error.Message}");
        }

        return new ExpectationException(report.ToString(), capture);
    }

    private void CheckHasRun()
    {
        if (_hasUnrunReplay && Schedule.Tracks.FirstOrDefault(t => t.Sent == 0) is { } track)
        {
            throw new InvalidOperationException($"the replay of {track.Source} has not begun: call Run() or Advance(...) before anything is expected");
        }
    }

    private void Account()
    {
        foreach (LabSwitch owner in _switches)
        {
            SwitchRunner runner = owner.Runner;
            for (int i = 0; i < SecondsUntilGivenUp && runner.Unaccounted() != 0; i++)
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                runner.Advance();
            }

            if (runner.Unaccounted() is not 0 and long rest)
            {
                TrafficCounters totals = runner.Switch.GetTotals();
                var report = new FailureReport(this);
                report.AddLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"switch {runner.Switch.Name} has not accounted for its frames: received {totals.ReceivedFrames} + replicated {totals.Replicated} - sent {totals.SentFrames} - dropped {totals.TotalDrops()} = {rest}, not 0"));
                throw Fail(report);
            }
        }
    }
}
