using VSwitch.Captures.Files;

namespace VSwitch.ReplayBench;

/// <summary>How far frames at the far end were from their schedule, in nanoseconds, by the kernel's receive timestamps.</summary>
/// <remarks>The distance is counted from the median lateness: when a replay began, nobody knows, and how long a cable is does not matter.</remarks>
internal sealed record Punctuality(double Median, double P99, double Max)
{
    public static Punctuality Of(string captureFile, double framesPerSecond, int frames)
    {
        List<double> late = [];
        using CaptureReader reader = CaptureReader.Open(captureFile);
        long first = 0;
        while (reader.TryRead(out CapturedPacket packet))
        {
            if (packet.Octets.Length < 18 || packet.Octets[12] != 0x88 || packet.Octets[13] != 0xB5 || packet.Timestamp is not { } time)
            {
                continue;
            }

            first = late.Count == 0 ? time : first;
            late.Add(time - first - (late.Count * 1e9 / framesPerSecond));
        }

        if (late.Count != frames)
        {
            throw new BenchException($"{late.Count} frames of {frames} arrived");
        }

        double middle = Statistics.Median(late);
        List<double> distances = [.. late.Select(l => Math.Abs(l - middle)).Order()];
        return new(Statistics.Median(distances), distances[(int)Math.Ceiling(distances.Count * 0.99) - 1], distances[^1]);
    }
}
