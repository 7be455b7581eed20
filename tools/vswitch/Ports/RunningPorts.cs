using VSwitch.Devices.Workers;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Terminal;
using VSwitch.Tool.Bridging;
using VSwitch.Tool.Networks;

namespace VSwitch.Tool.Ports;

/// <summary>The ports of a running switch as they were asked for: what another one is held against before it is plugged in.</summary>
/// <param name="host">Runs the switch.</param>
/// <param name="first">The ports that the switch begins with; their mirrors are the last ones of its policy, in their order.</param>
/// <param name="gateways">All of the switch.</param>
/// <param name="isWire">The switch is a cable.</param>
/// <param name="say">Hears how replays of capture files went.</param>
/// <remarks>One change at a time, from any thread.</remarks>
internal sealed class RunningPorts(SwitchHost host, IReadOnlyList<PortSpec> first, IReadOnlyList<IpPrefix> gateways, bool isWire, Action<string> say) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1);
    private readonly Dictionary<string, (PortSpec Spec, IReadOnlyList<MirrorSession> Mirrors)> _ports = new(StringComparer.Ordinal);
    private int _mirrorsTaken = host.Switch.BridgePolicy.Mirrors.Count - first.Sum(p => p.Mirrors.Count);

    /// <summary>Plugs one in that the switch begins with; all of them together have been found to be right.</summary>
    /// <exception cref="UserException">It can't be opened.</exception>
    internal void AddFirst(PortSpec spec)
    {
        PortPlugger.Plug(host, spec, say);
        _ports.Add(spec.PortName, (spec, [.. host.Switch.BridgePolicy.Mirrors.Skip(_mirrorsTaken).Take(spec.Mirrors.Count)]));
        _mirrorsTaken += spec.Mirrors.Count;
    }

    /// <summary>Plugs one in beside those that are there.</summary>
    /// <exception cref="UserException">It says something against the others, or can't be opened; nothing has changed.</exception>
    internal async Task AddAsync(PortSpec spec, CancellationToken stop)
    {
        await _changing.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            IReadOnlyList<MirrorSession> mirrors = Check(spec);
            PortPlugger.Plug(host, spec, say);
            _ports.Add(spec.PortName, (spec, mirrors));
            ChangeMirrors(mirrors, shown => [.. shown, .. mirrors]);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Unplugs a port and closes its device. What names it, such as a mirror, waits for another port of that name.</summary>
    /// <returns>False when there is no such port.</returns>
    internal async Task<bool> RemoveAsync(string name, CancellationToken stop)
    {
        await _changing.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            bool wasThere = await host.RemovePortAsync(name).ConfigureAwait(false);
            if (_ports.Remove(name, out (PortSpec Spec, IReadOnlyList<MirrorSession> Mirrors) port))
            {
                ChangeMirrors(port.Mirrors, shown => [.. shown.Where(m => !port.Mirrors.Contains(m))]);
            }

            return wasThere;
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose() => _changing.Dispose();

    /// <returns>The mirrors of its keys.</returns>
    private IReadOnlyList<MirrorSession> Check(PortSpec spec)
    {
        if (_ports.ContainsKey(spec.PortName))
        {
            throw new UserException($"port {spec.PortName} is in the switch already: choose another name, or take it out first: vswitch ports del {spec.PortName}");
        }

        var problems = new List<string>();
        PortSpec[] all = [.. _ports.Values.Select(p => p.Spec), spec];
        if (spec.HardwareAddress is { } mac && _ports.Values.FirstOrDefault(p => p.Spec.HardwareAddress == mac).Spec is { } other)
        {
            problems.Add($"port {spec.PortName}: mac {mac} is that of port {other.PortName} already: give each station its own");
        }

        NetworkChecker.Check(all, gateways, [], problems);
        StationChecker.Check(all, host.Switch.BridgePolicy.PrivateVlans, problems);
        IReadOnlyList<MirrorSession> mirrors = MirrorBuilder.BuildOf(spec, all, problems);
        if (isWire)
        {
            BridgeChecker.CheckWireEnd(spec, problems);
        }

        return problems.Count == 0 ? mirrors : throw new UserException(problems);
    }

    private void ChangeMirrors(IReadOnlyList<MirrorSession> changed, Func<IReadOnlyList<MirrorSession>, IReadOnlyList<MirrorSession>> change)
    {
        if (changed.Count > 0)
        {
            BridgePolicy policy = host.Switch.BridgePolicy;
            host.Switch.SetBridgePolicy(policy with { Mirrors = change(policy.Mirrors) });
        }
    }
}
