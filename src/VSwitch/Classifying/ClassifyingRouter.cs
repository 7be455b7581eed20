using VSwitch.Devices.Splitting;
using VSwitch.Frames;

namespace VSwitch.Classifying;

/// <summary>Routes a splitter's packets by rules: the answer is the frontend's index, 0 drops the packet.</summary>
/// <param name="classifier">Asked for each packet; it may serve others at the same time.</param>
/// <param name="linkLayer">What the splitter's packets begin with.</param>
public sealed class ClassifyingRouter(PacketClassifier classifier, LinkLayer linkLayer) : ISplitRouter
{
    private readonly PacketClassifier _classifier = classifier ?? throw new ArgumentNullException(nameof(classifier));

    /// <inheritdoc/>
    public void Lock() => _classifier.Enter();

    /// <inheritdoc/>
    public void Unlock() => _classifier.Exit();

    /// <inheritdoc/>
    public int Route(ReadOnlySpan<byte> buffer, int offset, bool isNative) => _classifier.ClassifyEntered(buffer[offset..], linkLayer);
}
