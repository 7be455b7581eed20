using System.Numerics;

namespace VSwitch.Devices;

/// <summary>Lends the rings of <see cref="PacketChannel"/>s, which are large and needed only while frames are on their way.</summary>
/// <remarks>
/// Any thread. The shared array pool would not do: it keeps an array for each thread that has given one back, and senders and receivers are different
/// threads. What was touched last is lent first; what no frame has touched costs no RAM.
/// </remarks>
internal static class RingPool
{
    private const int KeptOfEachSize = 1024; // a flood to a thousand ports must not allocate the next time

    private static readonly Lock s_lock = new();
    private static readonly Stack<byte[]>?[] s_free = new Stack<byte[]>?[31]; // by the logarithm of the length
    private static int s_rented;

    /// <summary>Rings that are out.</summary>
    internal static int Rented => Volatile.Read(ref s_rented);

    /// <param name="length">A power of two.</param>
    internal static byte[] Rent(int length)
    {
        lock (s_lock)
        {
            s_rented++;
            if (s_free[BitOperations.Log2((uint)length)]?.TryPop(out byte[]? ring) is true)
            {
                return ring!;
            }
        }

        return GC.AllocateUninitializedArray<byte>(length);
    }

    internal static void Return(byte[] ring)
    {
        lock (s_lock)
        {
            s_rented--;
            Stack<byte[]> free = s_free[BitOperations.Log2((uint)ring.Length)] ??= new Stack<byte[]>();
            if (free.Count < KeptOfEachSize)
            {
                free.Push(ring);
            }
        }
    }
}
