using System.Runtime.InteropServices;
using VSwitch.TapBench;
using VSwitch.TapBench.Lab;
using VSwitch.TapBench.Results;

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
    Console.WriteLine(MarkdownReport.Write(run));
    if (options.JsonFile is { } file)
    {
        await File.WriteAllTextAsync(file, JsonReport.Write(run) + "\n");
    }

    return run.Failures.Count == 0 ? 0 : 1;
}
catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
{
    Console.Error.WriteLine("tap bench: interrupted, cleaned up");
    return 130;
}
catch (Exception error) when (error is BenchException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"tap bench: {error.Message}");
    return 2;
}
finally
{
    Array.ForEach(registrations, registration => registration.Dispose());
}

static async Task<BenchRun> RunAsync(BenchOptions options, CancellationToken cancellation)
{
    Prerequisites.Check();
    string repository = Prerequisites.FindRepository();
    NativeTools tools = await NativeTools.CompileAsync(repository, cancellation);
    await using NetworkLab lab = await NetworkLab.CreateAsync(cancellation);
    var bed = new TestBed(lab, tools, repository, options.Slice);
    return await new Comparison(options, bed).RunAsync(cancellation);
}
