using BenchmarkDotNet.Running;
using VSwitch.Benchmarks.Floors;

if (args is ["floors", ..])
{
    FloorComparison.Run(args[1..]);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
