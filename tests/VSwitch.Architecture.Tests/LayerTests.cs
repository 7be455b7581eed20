namespace VSwitch.Architecture.Tests;

/// <summary>Imports point down only.</summary>
public sealed class LayerTests
{
    /// <summary>The core: folder → folders that it may import. It reads like the diagram in docs/architecture.md.</summary>
    private static readonly Dictionary<string, string[]> s_core = new()
    {
        [""] = ["Classifying", "Forwarding", "Capturing", "Tracing", "Policies", "AccessControl", "Vlans", "Filtering", "Neighbors", "Routing", "Devices", "Frames", "Wire", "Identifiers"],
        ["Forwarding"] = ["Capturing", "Tracing", "Policies", "AccessControl", "Vlans", "Filtering", "Neighbors", "Routing", "Learning", "Devices", "Frames", "Wire", "Identifiers"],
        ["Policies"] = ["AccessControl", "Vlans", "Identifiers"],
        ["Capturing"] = ["Bpf", "Vlans", "Frames", "Identifiers"],
        ["Tracing"] = ["Bpf", "Frames"],
        ["AccessControl"] = ["Bpf", "Classifying", "Wire", "Identifiers"],
        ["Classifying"] = ["Devices", "Frames", "Wire", "Identifiers"],
        ["Vlans"] = ["Wire", "Identifiers"],
        ["Bpf"] = [],
        ["Devices"] = ["Filtering", "Learning", "Frames", "Wire", "Identifiers"],
        ["Filtering"] = ["Learning", "Identifiers"],
        ["Neighbors"] = ["Learning", "Identifiers"],
        ["Routing"] = ["Identifiers"],
        ["Learning"] = ["Identifiers"],
        ["Frames"] = ["Wire", "Identifiers"],
        ["Wire"] = ["Identifiers"],
        ["Identifiers"] = [],
    };

    /// <summary>VSwitch.Devices: folder → folders of its own that it may import; of the core it may import any.</summary>
    private static readonly Dictionary<string, string[]> s_devices = new()
    {
        ["Tap"] = ["TunTap", "Netlink", "Workers", "Interop"],
        ["Tun"] = ["TunTap", "Netlink", "Workers", "Interop"],
        ["Packet"] = ["Netlink", "Workers", "Interop"],
        ["Pacing"] = ["Workers", "Interop"],
        ["Utun"] = ["Interop"],
        ["TunTap"] = ["Netlink", "Workers", "Interop"],
        ["Dissecting"] = ["Interop"],
        ["Filters"] = ["Interop"],
        ["Netlink"] = ["Workers", "Interop"],
        ["Workers"] = ["Interop"],
        ["Interop"] = [],
        [""] = ["Interop"],
    };

    /// <summary>VSwitch.Captures: folder → folders of its own that it may import; of the core it may import any.</summary>
    private static readonly Dictionary<string, string[]> s_captures = new()
    {
        ["Pcap"] = ["Replaying", "Recording", "Files"],
        ["Recording"] = ["Files"],
        ["Replaying"] = ["Splitting", "Rewriting", "Conversion", "Files"],
        ["Comparing"] = ["Conversion", "Files"],
        ["Splitting"] = ["Conversion", "Files"],
        ["Rewriting"] = [],
        ["Conversion"] = ["Files"],
        ["Files"] = [],
    };

    /// <summary>VSwitch.Testing: folder → folders of its own that it may import. The root holds what test authors use, and may import all.</summary>
    private static readonly Dictionary<string, string[]> s_testing = new()
    {
        [""] = ["Expecting", "Replaying", "Running", "Recording", "Building"],
        ["Expecting"] = ["Recording"],
        ["Replaying"] = ["Expecting", "Running", "Recording"],
        ["Running"] = ["Recording"],
        ["Recording"] = [],
        ["Building"] = [],
    };

    private static readonly string[] s_impure =
    [
        "System.IO", "System.Net.Sockets", "System.Diagnostics.Process", "Microsoft.Win32", "Microsoft.Extensions",
    ];

    private static readonly string[] s_notInTheCore =
    [
        "new Thread(", "Task.Run(", "Task.Delay(", "Stopwatch.", "Environment.TickCount", "DateTime.", "File.", "Console.", "unsafe ", "LibraryImport",
    ];

    [Fact]
    public void Core_ImportsPointDown()
    {
        Assert.Empty(WrongImports("src/VSwitch", "VSwitch.", s_core));
        Assert.Empty(FoldersOf("src/VSwitch").Except(s_core.Keys));
    }

    [Fact]
    public void Devices_ImportsPointDown()
    {
        Assert.Empty(WrongImports("src/VSwitch.Devices", "VSwitch.Devices.", s_devices));
        Assert.Empty(FoldersOf("src/VSwitch.Devices").Except(s_devices.Keys));
    }

    [Fact]
    public void Captures_ImportsPointDown()
    {
        Assert.Empty(WrongImports("src/VSwitch.Captures", "VSwitch.Captures.", s_captures));
        Assert.Empty(FoldersOf("src/VSwitch.Captures").Except(s_captures.Keys));
    }

    [Fact]
    public void Testing_ImportsPointDown()
    {
        Assert.Empty(WrongImports("src/VSwitch.Testing", "VSwitch.Testing.", s_testing));
        Assert.Empty(FoldersOf("src/VSwitch.Testing").Except(s_testing.Keys));
    }

    /// <summary>Capture files are for test authors on any machine: nothing of Linux.</summary>
    [Fact]
    public void Captures_ImportsTheCoreOnly() => Assert.Empty(
        from file in Repository.Sources("src/VSwitch.Captures")
        from line in file.Code
        where line.StartsWith("using VSwitch.Devices.", StringComparison.Ordinal) || line.StartsWith("using VSwitch.Testing", StringComparison.Ordinal)
        select $"{file.Path}: {line}");

    [Fact]
    public void Core_KnowsNoOperatingSystemNoThreadNoClock()
    {
        Assert.Empty(
            from file in Repository.Sources("src/VSwitch")
            from line in file.Code
            where s_impure.Any(i => line.StartsWith($"using {i}", StringComparison.Ordinal)) || s_notInTheCore.Any(n => line.Contains(n, StringComparison.Ordinal))
            select $"{file.Path}: {line}");
        Assert.All(
            typeof(VirtualSwitch).Assembly.GetReferencedAssemblies(),
            assembly => Assert.StartsWith("System.", assembly.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void OnlyInterop_IsUnsafeOrCallsTheKernel() => Assert.Empty(
        from file in Repository.Sources("src").Concat(Repository.Sources("tools"))
        where !file.Path.Contains("/Interop/", StringComparison.Ordinal)
        from line in file.Code
        where line.Contains("unsafe ", StringComparison.Ordinal) || line.Contains("[LibraryImport", StringComparison.Ordinal)
        select $"{file.Path}: {line}");

    [Fact]
    public void OnlyDevices_ImportsInterop() => Assert.Empty(
        from file in Repository.Sources("tools").Concat(Repository.Sources("src/VSwitch"))
        from line in file.Code
        where line.Contains("Interop.", StringComparison.Ordinal)
        select $"{file.Path}: {line}");

    private static IEnumerable<string> FoldersOf(string project) => Repository.Sources(project).Select(f => f.FolderIn(project)).Distinct();

    private static IEnumerable<string> WrongImports(string project, string root, Dictionary<string, string[]> allowed) =>
        from file in Repository.Sources(project)
        let folder = file.FolderIn(project)
        from line in file.Code
        where line.StartsWith($"using {root}", StringComparison.Ordinal) && line.EndsWith(';')
        let imported = line[$"using {root}".Length..^1].Split('.')[0]
        where allowed.ContainsKey(imported) && imported != folder && !allowed.GetValueOrDefault(folder, []).Contains(imported)
        select $"{file.Path}: {line}";
}
