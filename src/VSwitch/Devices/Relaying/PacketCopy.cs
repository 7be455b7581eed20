using System.Runtime.ExceptionServices;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;

namespace VSwitch.Devices.Relaying;

/// <summary>Connects two devices: what is received from either is sent to the other.</summary>
public static class PacketCopy
{
    /// <summary>Copies both ways until one of the devices is closed or fails, or the token says so; then closes both.</summary>
    /// <param name="a">A device, owned by the copy from now on.</param>
    /// <param name="b">Another with the same link layer, likewise.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <returns>Completes when both are closed: well when one was closed, otherwise with the first error.</returns>
    /// <exception cref="NoProgressException">A device says again and again that it is ready, and neither gives nor takes anything.</exception>
    /// <remarks>Errors that <see cref="DeviceError.IsTerminal"/> calls passing are retried; a device that is full is waited for.</remarks>
    public static Task RunAsync(IPacketDevice a, IPacketDevice b, CancellationToken cancellationToken = default) =>
        RunAsync(a, b, new TrafficCounters(), cancellationToken);

    /// <summary>Copies both ways, as the other overload, and counts.</summary>
    /// <param name="a">A device, owned by the copy from now on.</param>
    /// <param name="b">Another with the same link layer, likewise.</param>
    /// <param name="counters">Of both directions. At the end ReceivedFrames + Replicated = SentFrames + drops.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <returns>As of the other overload.</returns>
    public static Task RunAsync(IPacketDevice a, IPacketDevice b, TrafficCounters counters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(counters);
        if (a == b)
        {
            throw new ArgumentException("a device can't be copied to itself", nameof(b));
        }

        return a.LinkLayer == b.LinkLayer
            ? CopyAsync(a, b, counters, cancellationToken)
            : throw new ArgumentException($"one carries frames of {a.LinkLayer}, the other of {b.LinkLayer}", nameof(b));
    }

    private static async Task CopyAsync(IPacketDevice a, IPacketDevice b, TrafficCounters counters, CancellationToken cancellationToken)
    {
        // By gates that can be closed, a device that can't be cancelled holds up nobody.
        var gates = new RelayGates(DetachedDevice.Around(a), DetachedDevice.Around(b));
        Task<RelayEnd> first;
        using (cancellationToken.UnsafeRegister(static gates => ((RelayGates)gates!).Close(), gates))
        {
            Task<RelayEnd> there = new FrameRelay(FrameBatchPool.Shared, counters).RunAsync(gates.A, gates.B);
            Task<RelayEnd> back = new FrameRelay(FrameBatchPool.Shared, counters).RunAsync(gates.B, gates.A);
            first = await Task.WhenAny(there, back).ConfigureAwait(false);
            gates.Close();
            await ((Task)Task.WhenAll(there, back)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        try
        {
            await a.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await b.DisposeAsync().ConfigureAwait(false);
        }

        RelayEnd end = await first.ConfigureAwait(false);
        if (end.Error is not null)
        {
            ExceptionDispatchInfo.Throw(end.Error);
        }

        if (end.Side == RelaySide.Neither)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
