using VSwitch.Devices;
using VSwitch.Policies;
using VSwitch.TestKit;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>Our switch, in memory, to be compared with an oracle.</summary>
internal sealed class Subject : IOracle
{
    private readonly VirtualSwitch _switch = new(time: new VirtualTime());
    private readonly List<Station> _stations = [];

    internal Subject(IReadOnlyList<PortPolicy> ports)
    {
        foreach (PortPolicy policy in ports)
        {
            (PipeDevice inside, PipeDevice outside) = PipeDevice.CreatePair($"p{_stations.Count}", mtu: 2000);
            _stations.Add(new Station(outside));
            _switch.AddPort(inside, options: SubjectPort.With(policy));
        }
    }

    public int Ports => _stations.Count;

    public IReadOnlyList<byte[]>[] Exchange(int port, byte[] frame)
    {
        _stations[port].Send(frame);
        _switch.Run();
        return [.. _stations.Select(s => s.Receive())];
    }

    public Task Flush() => throw new NotSupportedException("a new switch has learned nothing");

    public Task<string> Explain(int port, byte[] frame) => Task.FromResult(
        $"{string.Join('\n', _switch.GetStations())}\n{string.Join('\n', _switch.Ports.Select(SwitchLab.Describe))}");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
