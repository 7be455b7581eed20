using VSwitch.Frames;

namespace VSwitch.Devices;

/// <summary>Sees what becomes of frames at their way out. Belongs to one thread.</summary>
internal abstract class SendWitness
{
    /// <summary>Somebody wants to know; while it is false, nothing is called.</summary>
    internal bool IsActive { get; private protected set; }

    /// <summary>A device took frames, as they are in the batch now.</summary>
    internal abstract void Sent(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to);

    /// <summary>Frames were not sent to a device, for a reason that was counted.</summary>
    internal abstract void Refused(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to, DropReason reason);
}
