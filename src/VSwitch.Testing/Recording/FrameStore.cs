namespace VSwitch.Testing.Recording;

/// <summary>Octets of many frames, packed into few arrays that never move.</summary>
internal sealed class FrameStore
{
    private const int FirstChunk = 16 * 1024;
    private const int LargestChunk = 1 << 20;

    private byte[] _chunk = [];
    private int _used;

    /// <summary>Keeps a copy of a frame.</summary>
    internal ReadOnlyMemory<byte> Add(ReadOnlySpan<byte> frame)
    {
        if (_chunk.Length - _used < frame.Length)
        {
            _chunk = GC.AllocateUninitializedArray<byte>(Math.Max(frame.Length, Math.Clamp(_chunk.Length * 2, FirstChunk, LargestChunk)));
            _used = 0;
        }

        Memory<byte> copy = _chunk.AsMemory(_used, frame.Length);
        frame.CopyTo(copy.Span);
        _used += frame.Length;
        return copy;
    }
}
