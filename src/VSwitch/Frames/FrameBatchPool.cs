using System.Numerics;

namespace VSwitch.Frames;

/// <summary>Lends batches, so that whoever has nothing to do holds none.</summary>
/// <remarks>Any thread. What is given back is kept, up to a few batches of each size.</remarks>
public sealed class FrameBatchPool
{
    private const int KeptOfEachSize = 8;

    private readonly Lock _lock = new();
    private readonly Stack<FrameBatch>?[] _free = new Stack<FrameBatch>?[31]; // by the logarithm of the capacity
    private int _rented;

    /// <summary>The pool that is used when no other is given.</summary>
    public static FrameBatchPool Shared { get; } = new();

    /// <summary>Batches that are out.</summary>
    public int Rented => Volatile.Read(ref _rented);

    /// <summary>Lends an empty batch.</summary>
    /// <param name="capacity">Places that it has at least.</param>
    public FrameBatch Rent(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        int size = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)capacity));
        FrameBatch? batch = null;
        lock (_lock)
        {
            _rented++;
            _free[size]?.TryPop(out batch);
        }

        return batch ?? Allocate(1 << size);
    }

    /// <summary>Takes a batch back; the giver does not touch it any more.</summary>
    public void Return(FrameBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.Clear();
        int size = BitOperations.Log2((uint)batch.Capacity);
        lock (_lock)
        {
            _rented--;
            Stack<FrameBatch> free = _free[size] ??= new Stack<FrameBatch>(KeptOfEachSize);
            if (free.Count < KeptOfEachSize)
            {
                free.Push(batch);
            }
        }
    }

    private FrameBatch Allocate(int capacity)
    {
        try
        {
            return new FrameBatch(capacity);
        }
        catch
        {
            lock (_lock)
            {
                _rented--;
            }

            throw;
        }
    }
}
