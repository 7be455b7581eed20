namespace VSwitch.Forwarding.Bridging;

/// <summary>Whether a port was shut for good. It outlives models: who shuts it is obeyed at once, by every thread.</summary>
internal sealed class PortGate
{
    private volatile bool _isShut;

    internal bool IsShut
    {
        get => _isShut;
        set => _isShut = value;
    }
}
