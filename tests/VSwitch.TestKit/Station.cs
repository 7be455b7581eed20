using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.TestKit;

/// <summary>Whoever is at the far end of a pipe that is plugged into a switch.</summary>
public sealed class Station(PipeDevice device)
{
    private readonly FrameBatch _batch = new();

    public PipeDevice Device => device;

    public void Send(byte[] frame, OffloadInfo offload = default)
    {
        _batch.Clear();
        Assert(_batch.TryAppend(frame, offload), "the frame does not fit into a batch");
        Assert(device.TrySend(_batch, [0]) == 1, "the pipe is full");
    }

    /// <summary>All frames that have come since the last call, with what is left to do on each.</summary>
    public List<(byte[] Octets, OffloadInfo Offload)> ReceiveWithOffload()
    {
        var frames = new List<(byte[], OffloadInfo)>();
        do
        {
            _batch.Clear();
            device.TryReceive(_batch);
            for (int i = 0; i < _batch.Count; i++)
            {
                frames.Add((_batch.Octets(i).ToArray(), _batch[i].Offload));
            }
        }
        while (_batch.Count > 0);

        return frames;
    }

    public List<byte[]> Receive() => [.. ReceiveWithOffload().Select(f => f.Octets)];

    private static void Assert(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }
}
