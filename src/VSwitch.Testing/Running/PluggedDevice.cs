using VSwitch.Frames;
using VSwitch.Testing.Recording;

namespace VSwitch.Testing.Running;

/// <summary>A device in its place: the port that it is plugged into, and where its frames are recorded.</summary>
internal sealed class PluggedDevice(SwitchRunner runner, SwitchPort port, LabDevice device, JournalPort journal)
{
    private readonly long[] _forgotten = new long[DropReasons.Count];

    internal SwitchPort Port => port;

    internal LabDevice Device => device;

    internal JournalPort Journal => journal;

    internal SwitchRunner Runner => runner;

    /// <summary>The first record that expectations look at.</summary>
    internal int FirstRecord { get; private set; }

    /// <summary>Frames dropped at the port, since <see cref="Forget"/>.</summary>
    internal long Drops(DropReason reason) => port.Counters.Drops(reason) - _forgotten[(int)reason];

    /// <summary>Lets expectations look only at what comes from now on.</summary>
    internal void Forget(int nextRecord)
    {
        FirstRecord = nextRecord;
        foreach (DropReason reason in DropReasons.All)
        {
            _forgotten[(int)reason] = port.Counters.Drops(reason);
        }
    }

    /// <summary>The switch receives a frame here, and forwards it.</summary>
    /// <returns>False when the port has been unplugged.</returns>
    internal bool Receive(ReadOnlyMemory<byte> frame) => runner.Receive(this, frame);
}
