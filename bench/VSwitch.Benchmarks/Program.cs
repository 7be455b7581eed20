using BenchmarkDotNet.Running;
using VSwitch.Benchmarks.Floors;
using VSwitch.Benchmarks.Idle;

switch (args)
{
    case ["floors", ..]:
        FloorComparison.Run(args[1..]);
        break;
    case ["idle"]:
        await IdleReading.RunAsync();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
