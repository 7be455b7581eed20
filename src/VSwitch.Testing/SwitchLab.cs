using System.Runtime.CompilerServices;
using VSwitch.Frames;
using VSwitch.Policies;
using VSwitch.Testing.Expecting;
using VSwitch.Testing.Recording;
using VSwitch.Testing.Running;
using VSwitch.Vlans;

namespace VSwitch.Testing;

/// <summary>A laboratory: real switches, with stations at their ports, in a time that passes only when the test says so. No root, no threads, no waiting.</summary>
/// <remarks>
/// One thread, which need not be the same all the time. The same test gives the same frames, at the same moments, in the same order. At its end, the lab checks that each switch has accounted for every frame.
/// </remarks>
/// <example><code>
/// using var lab = new SwitchLab();
/// LabPort client = lab.AddPort("client"), server = lab.AddPort("server");
/// lab.Replay("web.pcapng").Filter("tcp port 80").Into(client);
/// lab.Run();
/// lab.Expect(server).Frames(42);
/// </code></example>
public sealed partial class SwitchLab : IDisposable, IAsyncDisposable
{
    private readonly LabOptions _options;
    private readonly VirtualClock _clock;
    private readonly List<LabSwitch> _switches = [];
    private readonly Seed _seed;
    private readonly TestPlace _place;
    private LabSwitch? _default;
    private bool _isDisposed;

    /// <summary>Makes a lab without ports.</summary>
    /// <param name="options">Seed, clock, switch; null for the defaults.</param>
    /// <param name="test">The test's name: the compiler gives it.</param>
    /// <param name="source">The test's source: the compiler gives it.</param>
    /// <exception cref="FormatException">VSWITCH_SEED is no number.</exception>
    public SwitchLab(LabOptions? options = null, [CallerMemberName] string test = "", [CallerFilePath] string source = "")
    {
        _options = options ?? new LabOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Pipelines, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.Pipelines, MaxPipelines, nameof(options));
        _seed = Expecting.Seed.Choose(_options.Seed);
        Random = new Random(_seed.Value);
        _place = new TestPlace(test, source);
        _clock = new VirtualClock(_options.Start, _options.TimestampFrequency);
        Schedule = new Schedule(_clock);
    }

    /// <summary>Where all chance of the lab comes from; failures name it.</summary>
    public int Seed => _seed.Value;

    /// <summary>Chance that can be had again: made of the seed.</summary>
    public Random Random { get; }

    /// <summary>The only clock of the switches, for code under test that needs one too; the lab moves it.</summary>
    public TimeProvider Clock => _clock;

    /// <summary>How much time has passed in the lab.</summary>
    public TimeSpan Now => _clock.Elapsed;

    /// <summary>The switch that is there when nothing else is said, to be configured and looked at as in production.</summary>
    public VirtualSwitch Switch => Default.Switch;

    /// <summary>All switches, in the order in which they were made.</summary>
    public IReadOnlyList<LabSwitch> Switches => _switches;

    /// <summary>All ports, switch by switch.</summary>
    public IEnumerable<LabPort> Ports => _switches.SelectMany(s => s.Ports);

    internal Journal Journal { get; } = new();

    internal Schedule Schedule { get; }

    private LabSwitch Default => _default ??= AddSwitch("", _options.Switch);

    private const int MaxPipelines = 16;

    /// <summary>Plugs a station into the switch.</summary>
    /// <inheritdoc cref="LabSwitch.AddPort(string, PortOptions?, int, LinkLayer)"/>
    public LabPort AddPort(string name, PortOptions? options = null, int mtu = 1500, LinkLayer linkLayer = LinkLayer.Ethernet) =>
        Default.AddPort(name, options, mtu, linkLayer);

    /// <inheritdoc cref="LabSwitch.AddPort(string, PortPolicy)"/>
    public LabPort AddPort(string name, PortPolicy policy) => Default.AddPort(name, policy);

    /// <inheritdoc cref="LabSwitch.AddPort(string, PortVlans)"/>
    public LabPort AddPort(string name, PortVlans vlans) => Default.AddPort(name, vlans);

    /// <summary>Makes a further switch: its ports are called <c>name/port</c> in messages and captures.</summary>
    /// <param name="name">Unique in the lab.</param>
    /// <param name="options">How it is made; without a hash seed and a name of its own it gets them of the lab. Null for the defaults.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public LabSwitch AddSwitch(string name, SwitchOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_switches.Any(s => s.Name == name))
        {
            throw new ArgumentException($"switch {name} is in the lab already", nameof(name));
        }

        options ??= new SwitchOptions();
        if (name.Length > 0 && options.Name == new SwitchOptions().Name)
        {
            options = options with { Name = name }; // its address is made of it: two switches of one name would be one station
        }

        if (options.HashSeed == 0)
        {
            options = options with { HashSeed = _seed.HashSeed(_switches.Count) };
        }

        var runner = new SwitchRunner(new VirtualSwitch(options, _clock), _clock, Journal, _switches.Count, name.Length > 0 ? $"{name}/" : "", _options.Pipelines);
        Schedule.Add(runner);
        var added = new LabSwitch(this, name, runner);
        _switches.Add(added);
        return added;
    }

    /// <summary>Finds a port by its name, of a further switch <c>name/port</c>.</summary>
    /// <exception cref="ArgumentException">There is none; the message names those that there are.</exception>
    public LabPort Port(string name) =>
        Ports.FirstOrDefault(p => p.ToString() == name)
        ?? throw new ArgumentException($"no port is called {name}: there {(Ports.Any() ? $"are {string.Join(", ", Ports)}" : "is none")}", nameof(name));

    /// <summary>Connects two ports by a cable: what goes out of one comes in by the other, in both directions.</summary>
    /// <param name="one">A port that has no cable yet.</param>
    /// <param name="other">Another.</param>
    /// <param name="latency">How long a frame is on its way, to 100 ns; zero when nothing is said.</param>
    /// <exception cref="ArgumentException">A port has a cable, is of another lab, or they don't go together.</exception>
    public void Connect(LabPort one, LabPort other, TimeSpan latency = default)
    {
        Check(one);
        Check(other);
        ArgumentOutOfRangeException.ThrowIfLessThan(latency, TimeSpan.Zero);
        if (one == other || one.Port.Device.LinkLayer != other.Port.Device.LinkLayer)
        {
            throw new ArgumentException(one == other ? $"{one} can't be connected with itself" : $"{one} and {other} don't go together: one carries bare IP packets", nameof(other));
        }

        foreach (LabPort port in new[] { one, other })
        {
            if (port.Plugged.Device.Cable is not null)
            {
                throw new ArgumentException($"{port} has a cable already", nameof(one));
            }
        }

        long nanoseconds = latency.Ticks * TimeSpan.NanosecondsPerTick;
        one.Plugged.Device.Cable = frame => Schedule.Add(other.Plugged, frame, nanoseconds);
        other.Plugged.Device.Cable = frame => Schedule.Add(one.Plugged, frame, nanoseconds);
    }

    /// <summary>Writes all that came in and went out, at all ports since the beginning, as pcapng: both directions, packet ids, why frames were dropped.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void SaveCapture(string path)
    {
        using FileStream file = File.Create(path);
        SaveCapture(file);
    }

    /// <summary>Writes all that came in and went out.</summary>
    /// <inheritdoc cref="SaveCapture(string)"/>
    /// <param name="stream">Stays open.</param>
    public void SaveCapture(Stream stream) => JournalFile.Write(Journal.Ports, Journal.All, stream, Epoch);

    /// <summary>Ends the lab: checks that each switch has accounted for every frame, unless an expectation has failed before.</summary>
    /// <exception cref="ExpectationException">Received + replicated - sent - dropped is not zero: the switch has lost a frame, or made one up.</exception>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!HasFailed)
        {
            Account();
        }
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes what a port's station has received.</summary>
    internal void SaveReceived(LabPort port, Stream stream) =>
        JournalFile.Write(Journal.Ports, Journal.Sent(port.Plugged.Journal, port.Plugged.FirstRecord), stream, Epoch);

    internal void Check(LabPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        if (port.Lab != this)
        {
            throw new ArgumentException($"port {port} is of another lab", nameof(port));
        }
    }

    internal void CheckIsPlugged(LabPort port)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (port.Owner.Switch.FindPort(port.Name) != port.Port)
        {
            throw new InvalidOperationException($"port {port} has been unplugged");
        }
    }

    private long Epoch => _clock.UnixNanoseconds - _clock.Nanoseconds;
}
