using PacketDotNet;
using VSwitch.Frames;

namespace VSwitch.PacketDotNet.Expecting;

/// <summary>Asks PacketDotNet about frames, and counts those on which it, or what was asked, threw: it parses when a property is read, so nobody can tell the two apart.</summary>
internal sealed class GuardedPacket
{
    private const int MaxLayers = 64;

    private int _threw;
    private string? _first;

    /// <summary>How often it threw and what was first, for a message; null when it did not.</summary>
    internal string? Remark => _threw == 0 ? null : $"PacketDotNet, or the condition, threw on {_threw} of them, which do not count; the first time {_first}";

    /// <summary>The outermost layer of a type that fulfils a condition.</summary>
    /// <param name="octets">Are copied, since PacketDotNet writes into what it parses.</param>
    /// <param name="linkLayer">What they begin with.</param>
    /// <param name="condition">Null for any.</param>
    /// <returns>Null when there is none, or something threw.</returns>
    internal T? Find<T>(ReadOnlyMemory<byte> octets, LinkLayer linkLayer, Func<T, bool>? condition)
        where T : Packet
    {
        try
        {
            Packet? packet = octets.IsEmpty ? null : Packet.ParsePacket(linkLayer == LinkLayer.Ethernet ? LinkLayers.Ethernet : LinkLayers.Raw, octets.ToArray());
            for (int layers = 0; packet is not null && layers < MaxLayers; layers++)
            {
                if (packet is T layer && (condition is null || condition(layer)))
                {
                    return layer;
                }

                packet = packet.HasPayloadPacket ? packet.PayloadPacket : null;
            }
        }
        catch (Exception error)
        {
            _threw++;
            _first ??= $"{error.GetType().Name}: {error.Message}";
        }

        return null;
    }
}
