using VSwitch.Frames;

namespace VSwitch.Devices;

/// <summary>Sees what becomes of frames at their way out. Belongs to one thread.</summary>
internal abstract class SendWitness
{
    /// <summary>Somebody wants to know; while it is false, nothing is called.</summary>
    internal bool IsActive { get; private protected set; }

    /// <summary>Frames are about to be offered to a device: once it has them, an answer may come in at any moment.</summary>
    internal abstract void Offering(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to);

    /// <summary>So many of those that were offered, from the front, were taken.</summary>
    internal abstract void Taken(int count);

    /// <summary>Frames were not sent to a device, for a reason that was counted.</summary>
    internal abstract void Refused(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to, DropReason reason);
}
