using VSwitch.Captures.Replaying;
using VSwitch.Devices.Pacing;

namespace VSwitch.Terminal;

/// <summary>The machine's clock.</summary>
internal sealed class PacerClock(bool spins) : IReplayClock
{
    private readonly Pacer _pacer = new(spins);

    public long Now => Pacer.Now;

    public long WaitUntil(long deadline, CancellationToken cancellationToken) => _pacer.WaitUntil(deadline, cancellationToken);
}
