using System.Runtime.InteropServices;
using VSwitch.CompareBench;
using VSwitch.CompareBench.Lab;
using VSwitch.CompareBench.Results;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(BenchOptions.Usage);
    return 0;
}

using var interrupt = new CancellationTokenSource();
PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];
PosixSignalRegistration[] registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, context =>
{
    context.Cancel = true; // the clean-up must run, also at the second Ctrl-C
    interrupt.Cancel();
}))];
try
{
    BenchOptions options = BenchOptions.Parse(args);
    BenchRun run = await RunAsync(options, interrupt.Token);
    Console.WriteLine(TextReport.Write(run));
    if (options.JsonFile is { } file)
    {
        await File.WriteAllTextAsync(file, JsonReport.Write(run) + "\n");
    }

    if (options.SvgFile is { } chart)
    {
        await File.WriteAllTextAsync(chart, SvgChart.Draw(run));
    }

    return run.Failures.Count == 0 ? 0 : 1;
}
catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
{
    Console.Error.WriteLine("compare: interrupted, cleaned up");
    return 130;
}
catch (Exception error) when (error is BenchException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"compare: {error.Message}");
    return 2;
}
finally
{
    Array.ForEach(registrations, registration => registration.Dispose());
}

static async Task<BenchRun> RunAsync(BenchOptions options, CancellationToken cancellation)
{
    (IReadOnlyList<Subject> subjects, IReadOnlyList<string> absent) = await Prerequisites.CheckAsync(options, cancellation);
    string repository = Prerequisites.FindRepository();
    await ChildProcess.RunAsync([Path.Combine(repository, "vswitch"), "--version"], TimeSpan.FromMinutes(5), cancellation); // builds it, if need be
    NativeTools tools = await NativeTools.CompileAsync(repository, cancellation);
    await using NetworkLab lab = await NetworkLab.CreateAsync(cancellation);
    var bed = new TestBed(lab, tools, repository, options.Slice, options.Quick);
    await using var comparison = new Comparison(options with { Subjects = subjects }, absent, bed);
    return await comparison.RunAsync(cancellation);
}
