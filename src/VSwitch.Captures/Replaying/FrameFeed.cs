namespace VSwitch.Captures.Replaying;

/// <summary>Gives the frames of a replay one after the other.</summary>
internal abstract class FrameFeed : IDisposable
{
    /// <summary>What there is.</summary>
    internal enum State
    {
        /// <summary>A frame, in <see cref="Store"/> at <see cref="Index"/>.</summary>
        Frame,

        /// <summary>No room for the next as long as frames that were given are still to be sent.</summary>
        Full,

        /// <summary>No more.</summary>
        End,
    }

    internal FrameStore Store { get; private protected set; } = null!;

    internal int Index { get; private protected set; } = -1;

    /// <summary>Which time the captures are replayed, from 0.</summary>
    internal long Loop { get; private protected set; }

    /// <summary>Goes to the next frame.</summary>
    /// <param name="mayReuse">No frame that was given before is needed any more.</param>
    internal abstract State Advance(bool mayReuse);

    public abstract void Dispose();
}
