using System.Diagnostics;
using System.Globalization;
using VSwitch.Captures.Files;
using VSwitch.ReplayBench;

int rounds = 5;
bool pacedOnly = args.Contains("--paced");
string[] rest = [.. args.Where(a => a != "--paced")];
if (rest is ["--rounds", var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int wished) && wished > 0)
{
    rounds = wished;
}
else if (rest.Length > 0)
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project bench/replay -- [--rounds N] [--paced]");
    return 2;
}

const int Frames = 10_000;
string folder = Directory.CreateTempSubdirectory("vswitch-replay").FullName;
try
{
    Subject[] subjects = [new("tcpreplay", "tcpreplay", false), new("pcap-replay", Find("VSwitch.PcapReplay"), true)];
    using var cable = new Cable();
    Console.WriteLine("| measure | tcpreplay | pcap-replay | median ratio | ratios |");
    Console.WriteLine("|---|---|---|---|---|");
    foreach (int length in pacedOnly ? [] : new[] { 60, 1514 })
    {
        string file = WriteCapture(length);
        foreach (string[] how in new string[][] { ["-t", "-K", "-l", "50"], ["-t", "-l", "50"] })
        {
            await CompareAsync($"{string.Join(' ', how)}, {length} octets: frames/s", s => Task.FromResult(TopSpeed(s, how, file, 50L * Frames)));
        }
    }

    string paced = WriteCapture(60);
    foreach (int rate in new[] { 1_000, 10_000 })
    {
        int frames = rate == 1_000 ? 2_000 : Frames;
        List<(string, Punctuality)> seen = [];
        await CompareAsync($"-p {rate}: distance from the schedule, p99, us", async s =>
        {
            Punctuality p = await PunctualityAsync(s, paced, rate, frames);
            seen.Add((s.Name, p));
            return p.P99 / 1000;
        });
        foreach (Subject subject in subjects)
        {
            Punctuality[] own = [.. seen.Where(s => s.Item1 == subject.Name).Select(s => s.Item2)];
            Console.WriteLine(FormattableString.Invariant(
                $"| ... {subject.Name}: p50 / max, us | {Statistics.Median(own.Select(o => o.Median)) / 1000:F1} | {Statistics.Median(own.Select(o => o.Max)) / 1000:F1} | | |"));
        }
    }

    return 0;

    // A pair is one of each, straight after the other; who is first turns with each pair.
    async Task CompareAsync(string measure, Func<Subject, Task<double>> run)
    {
        List<double>[] values = [[], []];
        for (int round = 0; round < rounds; round++)
        {
            foreach (int i in round % 2 == 0 ? new[] { 0, 1 } : [1, 0])
            {
                values[i].Add(await run(subjects[i]));
            }
        }

        double[] ratios = [.. values[1].Zip(values[0], (ours, theirs) => ours / theirs)];
        Console.WriteLine(FormattableString.Invariant(
            $"| {measure} | {Statistics.Median(values[0]):F1} | {Statistics.Median(values[1]):F1} | {Statistics.Median(ratios):F3} | ")
            + string.Join(' ', ratios.Order().Select(r => r.ToString("F2", CultureInfo.InvariantCulture))) + " |");
    }

    double TopSpeed(Subject subject, string[] how, string file, long expected)
    {
        long before = cable.Received;
        double rate = subject.RateOf(Cable.Text(cable.Start(false, subject.Program, subject.Arguments([.. how, file]))));
        long arrived = cable.Received - before;
        return arrived >= expected ? rate : throw new BenchException($"{subject.Name}: {arrived} frames of {expected} arrived");
    }

    async Task<Punctuality> PunctualityAsync(Subject subject, string file, int rate, int frames)
    {
        string seen = Path.Combine(folder, "seen.pcap");
        Process listener = cable.Start(
            true, "tcpdump", "-i", "far0", "-n", "-Z", "root", "-B", "65536", "--immediate-mode", "--time-stamp-precision=nano", "-c", $"{frames}", "-w", seen, "ether proto 0x88b5");
        while (await listener.StandardError.ReadLineAsync() is { } line && !line.Contains("listening", StringComparison.Ordinal))
        {
        }

        Cable.Text(cable.Start(false, subject.Program, subject.Arguments("-p", $"{rate}", "-L", $"{frames}", file)));
        Cable.Text(listener);
        return Punctuality.Of(seen, rate, frames);
    }
}
catch (BenchException error)
{
    Console.Error.WriteLine($"bench: {error.Message}");
    return 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}

string WriteCapture(int length)
{
    string path = Path.Combine(folder, $"{length}.pcap");
    using CaptureWriter writer = CaptureWriter.Create(path, CaptureFormat.Pcap);
    CaptureInterface at = writer.AddInterface(new CaptureInterface { TimestampResolution = 6 });
    byte[] frame = new byte[length];
    (frame[0], frame[6], frame[12], frame[13]) = (2, 2, 0x88, 0xB5); // IEEE 802 local experimental: nobody's but ours
    for (int i = 0; i < Frames; i++)
    {
        BitConverter.TryWriteBytes(frame.AsSpan(14), i);
        writer.Write(new CapturedPacket { Interface = at, Timestamp = i * 1_000L, Octets = frame, OriginalLength = (uint)length, Comments = [] });
    }

    return path;
}

static string Find(string name)
{
    for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
    {
        string path = Path.Combine(at.FullName, "artifacts", "bin", name, "release", name);
        if (File.Exists(path))
        {
            return path;
        }
    }

    throw new BenchException("the command is not built: dotnet build -c Release tools/pcap-replay");
}
