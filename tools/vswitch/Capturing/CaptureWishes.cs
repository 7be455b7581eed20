using VSwitch.Captures.Recording;
using VSwitch.Tool.Control.Messages;

namespace VSwitch.Tool.Capturing;

/// <summary>What <c>vswitch capture</c> was asked to do.</summary>
/// <param name="Request">What the switch is asked for.</param>
/// <param name="File">Where it goes.</param>
/// <param name="Count">Packets after which it ends; null for no limit.</param>
internal sealed record CaptureWishes(CaptureRequestMessage Request, CaptureFileOptions File, long? Count);
