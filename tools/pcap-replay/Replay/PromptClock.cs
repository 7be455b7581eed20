using System.Globalization;
using VSwitch.Captures.Replaying;

namespace VSwitch.PcapReplay.Replay;

/// <summary>Time goes on when somebody says so: a line for a frame.</summary>
internal sealed class PromptClock(TextReader input, TextWriter output, CancellationTokenSource stop) : IReplayClock
{
    private long _granted;

    public long Now { get; private set; }

    public long WaitUntil(long deadline, CancellationToken cancellationToken)
    {
        while (Now < deadline && !cancellationToken.IsCancellationRequested)
        {
            if (_granted == 0)
            {
                Ask();
            }
            else
            {
                _granted--;
                Now++;
            }
        }

        return Now;
    }

    private void Ask()
    {
        output.Write($"frame {Now + 1}: Enter sends it, a number sends so many, q ends: ");
        output.Flush();
        string? line = input.ReadLine();
        if (line is null || line.Trim() is "q" or "0")
        {
            stop.Cancel();
        }
        else
        {
            _granted = long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : line.Trim().Length == 0 ? 1 : 0;
        }
    }
}
