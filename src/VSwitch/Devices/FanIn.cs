using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Devices;

/// <summary>Step 1: fan-in. Fills a burst from whichever of its devices have something, in turn, and stamps where each frame came in.</summary>
/// <remarks>Belongs to one thread. A device is in the round from <see cref="MarkReady"/> until it has nothing more.</remarks>
internal sealed class FanIn
{
    private AttachedDevice[] _ring = new AttachedDevice[16];
    private int _first;
    private int _count;

    /// <summary>Whether a device may have something.</summary>
    internal bool HasReady => _count > 0;

    /// <summary>Puts a device into the round, once.</summary>
    internal void MarkReady(AttachedDevice device)
    {
        if (!device.IsReady)
        {
            device.IsReady = true;
            Enqueue(device);
        }
    }

    /// <summary>Receives a burst.</summary>
    /// <param name="batch">With places for the largest batch of a device.</param>
    /// <param name="timestamp">When, in ticks of the switch's time provider.</param>
    internal void Receive(FrameBatch batch, long timestamp)
    {
        int octets = 0;
        for (int turns = _count; turns > 0 && octets < FrameBatch.BurstOctets; turns--)
        {
            AttachedDevice device = _ring[_first];
            int room = batch.Free;
            if (room == 0 || (room < device.BatchSize && !device.IsNative))
            {
                return; // it keeps its turn for the next burst: a device that fills them all starves nobody
            }

            Dequeue();
            int received = device.IsDetached ? 0 : TryReceive(device, batch);
            octets += Stamp(batch, received, device, timestamp);

            // A native device is watched by level: it says again when there is more. Any other is asked until it has nothing.
            if (received == 0 || (device.IsNative && received < Math.Min(room, device.BatchSize) && octets < FrameBatch.BurstOctets))
            {
                device.IsReady = false;
                device.WentDry();
            }
            else
            {
                Enqueue(device);
            }
        }
    }

    private static int TryReceive(AttachedDevice device, FrameBatch batch)
    {
        int before = batch.Count;
        try
        {
            device.Device.TryReceive(batch);
        }
        catch (ObjectDisposedException closed)
        {
            device.FaultsInARow++;
            device.Failed(closed); // under our hands: whoever closed it unplugs the port
        }
        catch (Exception error)
        {
            device.Counters.Fault(); // one fault stays in one port
            device.FaultsInARow++;
            device.Failed(error);
        }

        return batch.Count - before;
    }

    private static int Stamp(FrameBatch batch, int received, AttachedDevice device, long timestamp)
    {
        if (received == 0)
        {
            return 0;
        }

        device.FaultsInARow = 0;
        PortId port = device.Port;
        int octets = 0;
        for (int i = batch.Count - received; i < batch.Count; i++)
        {
            ref FrameMetadata frame = ref batch[i];
            frame.Ingress = port;
            frame.Timestamp = timestamp;
            octets += frame.Length;
        }

        device.Counters.Received(received, octets);
        return octets;
    }

    private void Enqueue(AttachedDevice device)
    {
        if (_count == _ring.Length)
        {
            GrowSlow();
        }

        _ring[(_first + _count++) & (_ring.Length - 1)] = device;
    }

    private void Dequeue()
    {
        _ring[_first] = null!;
        _first = (_first + 1) & (_ring.Length - 1);
        _count--;
    }

    private void GrowSlow()
    {
        var larger = new AttachedDevice[_ring.Length * 2];
        for (int i = 0; i < _count; i++)
        {
            larger[i] = _ring[(_first + i) & (_ring.Length - 1)];
        }

        (_ring, _first) = (larger, 0);
    }
}
