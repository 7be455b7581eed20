using VSwitch.Devices.Dissecting;
using VSwitch.HostileDissector;

if (args.Contains("never-ready"))
{
    new ManualResetEventSlim().Wait();
}

return DissectorHost.Run(new Dissector());
