using VSwitch.Devices.Dissecting;

namespace VSwitch.PacketDotNet.Tests;

/// <summary>The plug-in as the program that it is.</summary>
internal static class PluginProgram
{
    internal static GuardedDissectorOptions Options { get; } = new()
    {
        FileName = Path.Combine(AppContext.BaseDirectory, "..", "..", "VSwitch.PacketDotNet", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "VSwitch.PacketDotNet"),
        TimeLimit = TimeSpan.FromSeconds(10), // a loaded machine decides nothing
        StartLimit = TimeSpan.FromMinutes(2),
    };
}
