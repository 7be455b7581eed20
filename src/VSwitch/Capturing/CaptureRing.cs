using System.Numerics;
using System.Runtime.InteropServices;

namespace VSwitch.Capturing;

/// <summary>A bounded ring of records between any number of threads that write and one that reads. Writing never waits.</summary>
/// <remarks>
/// A record is reserved, filled and committed: readers see records in the order of their reservation, up to the first that is not committed yet. The first word of a
/// record says how long it is, once it is committed; until then it is zero, since the reader wipes what it has read. A record lies in one piece: what is left at the
/// ring's end is skipped.
/// </remarks>
internal sealed class CaptureRing
{
    private const int StateBits = 2;
    private const long Ready = 1;
    private const long Void = 2; // nothing to read here

    private readonly long[] _words;
    private readonly int _mask;
    private readonly Cursor _cursor = new();

    /// <param name="octets">Rounded up to a power of two.</param>
    internal CaptureRing(int octets)
    {
        _words = new long[BitOperations.RoundUpToPowerOf2((uint)octets / sizeof(long))];
        _mask = _words.Length - 1;
    }

    /// <summary>Octets of a record that fits at most.</summary>
    internal int MaxRecord => (_words.Length / 4 * sizeof(long)) - sizeof(long);

    /// <summary>Octets that wait to be read, reserved ones included.</summary>
    internal long Waiting => (Volatile.Read(ref _cursor.Head) - Volatile.Read(ref _cursor.Tail)) * sizeof(long);

    /// <summary>Takes room for a record.</summary>
    /// <param name="octets">At most <see cref="MaxRecord"/>.</param>
    /// <returns>Its place; negative when there is no room.</returns>
    internal long TryReserve(int octets)
    {
        int words = WordsOf(octets);
        while (true)
        {
            long head = Volatile.Read(ref _cursor.Head);
            int at = (int)head & _mask;
            int skipped = at + words > _words.Length ? _words.Length - at : 0;
            long next = head + skipped + words;
            if (next - Volatile.Read(ref _cursor.Tail) > _words.Length)
            {
                return -1;
            }

            if (Interlocked.CompareExchange(ref _cursor.Head, next, head) == head)
            {
                if (skipped > 0)
                {
                    Volatile.Write(ref _words[at], ((long)skipped << StateBits) | Void);
                }

                return head + skipped;
            }
        }
    }

    /// <summary>The octets of a record that was reserved, or is being read.</summary>
    internal Span<byte> Octets(long place, int octets) =>
        MemoryMarshal.AsBytes(_words.AsSpan(((int)place & _mask) + 1))[..octets];

    /// <summary>Lets the reader have a record.</summary>
    /// <param name="place">As reserved.</param>
    /// <param name="octets">As reserved.</param>
    /// <param name="isVoid">There is nothing to read after all.</param>
    internal void Commit(long place, int octets, bool isVoid = false) =>
        Volatile.Write(ref _words[(int)place & _mask], ((long)WordsOf(octets) << StateBits) | (isVoid ? Void : Ready));

    /// <summary>The next record, for the reader; it stays until <see cref="Release"/>.</summary>
    /// <returns>False when there is none now.</returns>
    internal bool TryPeek(out long place)
    {
        while (true)
        {
            place = _cursor.Tail;
            long first = Volatile.Read(ref _words[(int)place & _mask]);
            if (first == 0 || (first & Ready) != 0)
            {
                return first != 0;
            }

            Release();
        }
    }

    /// <summary>Where the oldest record begins, or will begin; for the reader.</summary>
    internal long First => _cursor.Tail;

    /// <summary>Goes through the records without giving them back; for the reader, while nobody writes.</summary>
    /// <param name="place">Where to look: <see cref="First"/>, or what the call before left. Comes back as the place behind the record.</param>
    /// <param name="record">The record's place, when the result is true.</param>
    internal bool TryNext(ref long place, out long record)
    {
        while (place < Volatile.Read(ref _cursor.Head))
        {
            long first = Volatile.Read(ref _words[(int)place & _mask]);
            record = place;
            place += first >> StateBits;
            if ((first & Ready) != 0)
            {
                return true;
            }
        }

        record = default;
        return false;
    }

    /// <summary>Gives the place of the next record back.</summary>
    internal void Release()
    {
        long tail = _cursor.Tail;
        int at = (int)tail & _mask;
        int words = (int)(_words[at] >> StateBits);
        _words.AsSpan(at, words).Clear();
        Volatile.Write(ref _cursor.Tail, tail + words);
    }

    private static int WordsOf(int octets) => 1 + ((octets + sizeof(long) - 1) / sizeof(long));

    /// <summary>Both ends, each on cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private sealed class Cursor
    {
        [FieldOffset(128)]
        internal long Head;

        [FieldOffset(256)]
        internal long Tail;
    }
}
