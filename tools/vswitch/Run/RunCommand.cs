using System.CommandLine;
using Microsoft.Extensions.Logging;
using VSwitch.Devices.Workers;
using VSwitch.Filtering;
using VSwitch.Identifiers;
using VSwitch.Neighbors;
using VSwitch.Policies;
using VSwitch.Terminal;
using VSwitch.Tool.Bridging;
using VSwitch.Tool.Capturing;
using VSwitch.Tool.Control;
using VSwitch.Tool.Networks;
using VSwitch.Tool.Ports;

namespace VSwitch.Tool.Run;

/// <summary><c>vswitch run</c>: a switch in the foreground, until it is told to stop.</summary>
internal static class RunCommand
{
    internal static Command Create()
    {
        var port = new Option<string[]>("--port", "-p")
        {
            Description = $"A port: tap:NAME, tun:NAME, or pcap:FILE whose frames come in, and behind it keys. Repeatable.\n{PortKeys.Help}",
            HelpName = "KIND:NAME[,KEY=VALUE...]",
            Arity = ArgumentArity.OneOrMore,
            Required = true,
        };
        var gateway = new Option<string[]>("--gateway")
        {
            Description = "An address of the switch itself, such as 10.0.0.254/24: it routes between the networks of all its gateways. Repeatable.",
            HelpName = "ADDRESS/LENGTH",
        };
        var route = new Option<string[]>("--route")
        {
            Description = "A static route, as in ip route: 10.9.0.0/16 via 10.0.0.1, or default via 10.0.0.1. Repeatable.",
            HelpName = "PREFIX via ADDRESS",
            AllowMultipleArgumentsPerToken = true,
        };
        var guard = new Option<bool>("--neighbor-guard")
        {
            Description = "An IP address stays with its station as long as that answers; who else claims it is dropped.",
        };
        var name = new Option<string>("--name")
        {
            Description = "The switch's name; its MAC address and those of its tun ports are made of it.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "vswitch",
        };
        var workers = new Option<string?>("--workers") { Description = "Threads that forward. Default: one a core.", HelpName = "N" };
        var busyPoll = new Option<string?>("--busy-poll")
        {
            Description = "How long a thread goes on looking for frames before it sleeps, 1us to 10ms: less latency for more CPU time. Default: it sleeps at once.",
            HelpName = "TIME",
        };
        var size = new Option<string>("--fdb-size")
        {
            Description = "Stations that the filtering database holds, up to 1048576.",
            HelpName = "N",
            DefaultValueFactory = _ => $"{FilteringDatabase.DefaultCapacity}",
        };
        var ageing = new Option<string>("--ageing")
        {
            Description = "How long a silent station stays known: 300, 300s, 5m.",
            HelpName = "TIME",
            DefaultValueFactory = _ => "300s",
        };
        var stats = new Option<string?>("--stats") { Description = "Show ports, rates and drops this often: 1s, 500ms.", HelpName = "TIME" };
        var logLevel = new Option<string>("--log-level")
        {
            Description = "What goes to standard error.",
            HelpName = string.Join('|', Enum.GetNames<LogLevel>()),
            DefaultValueFactory = _ => nameof(LogLevel.Information),
        };
        var json = new Option<bool>("--json") { Description = "Every line of standard output is a JSON object." };
        var control = new Option<string?>("--control")
        {
            Description = "The socket that the switch is asked by while it runs, or off. Default: NAME.sock in /run/vswitch, or in vswitch of $XDG_RUNTIME_DIR.",
            HelpName = "PATH|off",
        };

        var keep = new Option<string?>("--keep")
        {
            Description = "Keep the last frames of all ports in memory, for vswitch capture --kept, and write them into a file when something happens: "
                + "TIME[,on=drop|REASON|port-down+...][,after=1s][,dir=DIR][,files=10][,memory=64M][,snaplen=2048].",
            HelpName = "TIME,KEY=VALUE...",
        };

        var bridging = new BridgeOptions();
        var command = new Command("run", "Run a switch until SIGINT, SIGTERM or SIGHUP; prints 'ready' when frames flow.")
        {
            port, gateway, route, guard, name, workers, busyPoll, size, ageing, stats, logLevel, json, control, keep,
        };
        bridging.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(Check(
            new Wishes(
                parsed.GetValue(port)!, parsed.GetValue(gateway) ?? [], parsed.GetValue(route) ?? [], parsed.GetValue(guard), parsed.GetValue(name)!,
                bridging.Read(parsed)),
            parsed.GetValue(workers),
            parsed.GetValue(busyPoll),
            parsed.GetValue(size)!,
            parsed.GetValue(ageing)!,
            parsed.GetValue(stats),
            parsed.GetValue(logLevel)!,
            parsed.GetValue(json),
            parsed.GetValue(control),
            parsed.GetValue(keep))));
        return command;
    }

    private static RunOptions Check(
        Wishes wishes, string? workers, string? busyPoll, string size, string ageing, string? stats, string logLevel, bool json, string? control, string? keep)
    {
        var problems = new List<string>();
        int threads = 0;
        Require(workers is null || Quantity.TryParseCount(workers, 1, 256, out threads), $"--workers '{workers}' is not a number from 1 to 256");
        TimeSpan busyTime = default;
        Require(
            busyPoll is null || (Quantity.TryParseTime(busyPoll, out busyTime) && busyTime >= TimeSpan.FromMicroseconds(1) && busyTime <= TimeSpan.FromMilliseconds(10)),
            $"--busy-poll '{busyPoll}' is not a time from 1us to 10ms");
        Require(
            Quantity.TryParseCount(size, 1, FilteringDatabase.MaxCapacity, out int stations),
            $"--fdb-size '{size}' is not a number from 1 to {FilteringDatabase.MaxCapacity}");
        Require(
            Quantity.TryParseTime(ageing, out TimeSpan ageingTime) && ageingTime.TotalSeconds is >= 1 and <= 1_000_000,
            $"--ageing '{ageing}' is not a time from 1s to 1000000s");
        TimeSpan interval = default;
        Require(
            stats is null || (Quantity.TryParseTime(stats, out interval) && interval >= TimeSpan.FromMilliseconds(100) && interval <= TimeSpan.FromDays(1)),
            $"--stats '{stats}' is not a time from 100ms to 24h");
        string? levelName = Enum.GetNames<LogLevel>().FirstOrDefault(n => n.Equals(logLevel, StringComparison.OrdinalIgnoreCase));
        Require(levelName is not null, $"--log-level '{logLevel}' is not one of {string.Join(", ", Enum.GetNames<LogLevel>())}");
        IReadOnlyList<PortSpec> specs = PortSpecParser.ParseAll(wishes.Ports, problems);
        IReadOnlyList<IpPrefix> gateways = NetworkParser.ParseGateways(wishes.Gateways, problems);
        IReadOnlyList<RouteSpec> routes = NetworkParser.ParseRoutes(wishes.Routes, problems);
        NetworkChecker.Check(specs, gateways, routes, problems);
        BridgePolicy bridge = BridgeParser.Parse(wishes.Bridge, specs, wishes.Gateways.Length + wishes.Routes.Length > 0, problems);
        ControlOpening.Check(control, problems);
        KeepOptions? kept = KeepParser.Parse(keep, problems);
        Require(!string.IsNullOrWhiteSpace(wishes.Name), "--name is empty: write a name, or leave it away");
        if (problems.Count > 0)
        {
            throw new UserException(problems);
        }

        ulong seed = BitConverter.ToUInt64(Guid.NewGuid().ToByteArray()); // as hard to guess as a key, without loading a library for keys
        var options = new SwitchOptions
        {
            Name = wishes.Name,
            FilteringDatabaseSize = stations,
            AgeingTime = ageingTime,
            HashSeed = seed,
            Bridge = bridge,
            IsWire = wishes.Bridge.IsWire,
            Neighbors = new NeighborOptions { Guard = wishes.Guard, HashSeed = seed },
        };
        return new RunOptions(
            specs, gateways, routes, workers is null ? null : threads, busyTime, options, stats is null ? null : interval, Enum.Parse<LogLevel>(levelName!), json, control, kept);

        void Require(bool condition, string problem)
        {
            if (!condition)
            {
                problems.Add(problem);
            }
        }
    }

    private static async Task<int> RunAsync(RunOptions options)
    {
        using var stop = new StopSignal();

        var @switch = new VirtualSwitch(options.Switch);
        Configure(@switch, options);
        await using var host = new SwitchHost(@switch, options.Workers, new StandardErrorLog(options.LogLevel), busyPoll: options.BusyPoll);
        using FlightRecorder? recorder = options.Keep is null ? null : new FlightRecorder(@switch, options.Keep, TimeProvider.System, Tell);
        using var ports = new RunningPorts(host, options.Ports, options.Gateways, options.Switch.IsWire, Tell);
        await using var control = new ControlServer(ControlOpening.Open(options.Control, options.Switch.Name, Complain), host, ports, recorder);
        foreach (PortSpec spec in options.Ports)
        {
            if (stop.Token.IsCancellationRequested)
            {
                return ExitCode.Done;
            }

            ports.AddFirst(spec);
        }

        IReporter reporter = options.Json ? new JsonReporter() : Console.IsOutputRedirected ? new PlainReporter() : new LiveReporter();
        await ReportUntilStoppedAsync(host, options.StatsInterval, reporter, control, stop.Token).ConfigureAwait(false);
        return ExitCode.Done;
    }

    /// <summary>What was asked for, as it was written.</summary>
    private sealed record Wishes(string[] Ports, string[] Gateways, string[] Routes, bool Guard, string Name, BridgeWishes Bridge);

    private static void Configure(VirtualSwitch @switch, RunOptions options)
    {
        var problems = new List<string>();
        foreach (IpPrefix gateway in options.Gateways)
        {
            Try($"--gateway {gateway}", () => @switch.AddGateway(gateway));
        }

        foreach (RouteSpec route in options.Routes)
        {
            Try($"--route {route.Prefix} via {route.Via}", () => @switch.AddRoute(route.Prefix, route.Via));
        }

        if (problems.Count > 0)
        {
            throw new UserException(problems);
        }

        void Try(string what, Action change)
        {
            try
            {
                change();
            }
            catch (ArgumentException error)
            {
                problems.Add($"{what}: {UserException.TextOf(error)}");
            }
        }
    }

    private static void Complain(string text) => Tell($"warning: {text}");

    private static void Tell(string text)
    {
        try
        {
            Console.Error.WriteLine($"vswitch: {text}");
        }
        catch (IOException)
        {
            // There is nowhere left to say so.
        }
    }

    private static async Task ReportUntilStoppedAsync(SwitchHost host, TimeSpan? interval, IReporter reporter, ControlServer control, CancellationToken stop)
    {
        try
        {
            try
            {
                reporter.Ready();
            }
            finally
            {
                control.Start(Complain); // frames come first: who connected already waits until now
            }

            if (interval is not { } pause)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(false);
                return;
            }

            StatsSample before = StatsSample.Take(host.Switch, host.LostPorts);
            while (true)
            {
                await Task.Delay(pause, stop).ConfigureAwait(false);
                StatsSample now = StatsSample.Take(host.Switch, host.LostPorts);
                reporter.Report(before, now);
                before = now;
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The switch is more than its report: frames go on until it is told to stop.
            Complain($"standard output can't be written: {error.Message}: no more reports");
            await Task.Delay(Timeout.InfiniteTimeSpan, stop).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
    }
}
