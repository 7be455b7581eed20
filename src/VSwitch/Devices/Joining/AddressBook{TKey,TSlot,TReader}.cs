using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Learning;

namespace VSwitch.Devices.Joining;

/// <summary>The address book for one kind of address.</summary>
internal sealed class AddressBook<TKey, TSlot, TReader>(LearningTable<TKey, TSlot> table) : AddressBook
    where TKey : unmanaged, IEquatable<TKey>
    where TSlot : struct, ILearningSlot<TSlot, TKey>
    where TReader : struct, IAddressReader<TKey>
{
    private const int Stride = 64; // keys that are looked up together: what fits on the stack without a thought

    internal override int Count => table.Count;

    internal override long Moves => table.Moves;

    internal override long NotLearned => table.NotLearned;

    internal override void Learn(FrameBatch batch, int first, uint now)
    {
        Span<TKey> keys = stackalloc TKey[Math.Min(Stride, batch.Count - first)];
        Span<ulong> hashes = stackalloc ulong[keys.Length];
        while (first < batch.Count)
        {
            int count = Math.Min(keys.Length, batch.Count - first);
            for (int i = 0; i < count; i++)
            {
                keys[i] = TReader.Source(batch.Octets(first + i));
            }

            table.Locate(keys[..count], hashes);
            Learn(batch, first, keys[..count], hashes, now);
            first += count;
        }
    }

    internal override void Find(FrameBatch batch, ReadOnlySpan<int> which, Span<PortId> owners, uint now)
    {
        Span<TKey> keys = stackalloc TKey[Math.Min(Stride, which.Length)];
        Span<ulong> hashes = stackalloc ulong[keys.Length];
        for (int first = 0; first < which.Length; first += keys.Length)
        {
            int count = Math.Min(keys.Length, which.Length - first);
            ReadDestinations(batch, which.Slice(first, count), keys);
            table.Locate(keys[..count], hashes);
            Find(keys[..count], hashes, owners[first..], now);
        }
    }

    internal override void Forget(PortId port) => table.Flush(port);

    internal override void Age(uint now) => table.Age(now);

    private static void ReadDestinations(FrameBatch batch, ReadOnlySpan<int> which, Span<TKey> keys)
    {
        for (int i = 0; i < which.Length; i++)
        {
            keys[i] = TReader.Destination(batch.Octets(which[i]));
        }
    }

    private void Find(ReadOnlySpan<TKey> keys, ReadOnlySpan<ulong> hashes, Span<PortId> owners, uint now)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            owners[i] = table.Find(keys[i], hashes[i], now);
        }
    }

    private void Learn(FrameBatch batch, int first, ReadOnlySpan<TKey> keys, ReadOnlySpan<ulong> hashes, uint now)
    {
        TKey previous = TReader.None; // not learned
        PortId previousPort = PortId.None;
        for (int i = 0; i < keys.Length; i++)
        {
            PortId port = batch[first + i].Ingress;
            if (keys[i].Equals(previous) && (port == previousPort || previousPort == PortId.None))
            {
                continue; // the second of a run of packets of one source has nothing new to say
            }

            if (!keys[i].Equals(TReader.None))
            {
                table.Learn(keys[i], hashes[i], port, now);
                (previous, previousPort) = (keys[i], port);
            }
        }
    }
}
