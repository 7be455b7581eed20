using VSwitch.Frames;

namespace VSwitch.Classifying;

/// <summary>A dissector that is not ours, behind its guard: it is handed copies of packets, and answers later or never.</summary>
public interface IForeignDissector
{
    /// <summary>Takes a copy of a packet's front. Called on the thread that forwards: it never waits, never throws, and never calls the classifier.</summary>
    /// <param name="classifier">Whom to tell: <see cref="PacketClassifier.Resolve"/>, later, on any thread, or never.</param>
    /// <param name="ticket">What to tell it with.</param>
    /// <param name="octets">The packet; valid during the call.</param>
    /// <param name="linkLayer">What it begins with.</param>
    /// <returns>False when it took none: there is no room.</returns>
    bool TryAsk(PacketClassifier classifier, in FlowTicket ticket, ReadOnlySpan<byte> octets, LinkLayer linkLayer);
}
