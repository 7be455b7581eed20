using BenchmarkDotNet.Running;
using VSwitch.Benchmarks.Idle;

if (args is ["idle"])
{
    await IdleReading.RunAsync();
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
