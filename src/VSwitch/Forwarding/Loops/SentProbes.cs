using System.Runtime.CompilerServices;

namespace VSwitch.Forwarding.Loops;

/// <summary>The nonces of the last few probes that were sent by a port, and when.</summary>
/// <remarks>One thread remembers, any number ask, none waits.</remarks>
internal sealed class SentProbes
{
    /// <summary>Probes that are remembered.</summary>
    internal const int Capacity = 4;

    /// <summary>A probe that comes back later does not count.</summary>
    internal const long ValidMilliseconds = 2000;

    private const ulong NoNonce = 0;

    private Nonces _nonces;
    private Times _sentAt;
    private long _count;

    /// <summary>Probes sent so far.</summary>
    internal long Count => Volatile.Read(ref _count);

    /// <summary>A probe goes out.</summary>
    /// <param name="nonce">Any but 0.</param>
    /// <param name="nowMilliseconds">When.</param>
    internal void Remember(ulong nonce, long nowMilliseconds)
    {
        int place = (int)(_count % Capacity);
        Interlocked.Exchange(ref _nonces[place], NoNonce); // a full fence: no reader takes the old nonce for sent at the new time
        Volatile.Write(ref _sentAt[place], nowMilliseconds);
        Volatile.Write(ref _nonces[place], nonce);
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Whether a probe with this nonce was sent lately.</summary>
    internal bool Contains(ulong nonce, long nowMilliseconds)
    {
        for (int place = 0; place < Capacity; place++)
        {
            if (nonce != NoNonce && Volatile.Read(ref _nonces[place]) == nonce)
            {
                long sentAt = Volatile.Read(ref _sentAt[place]);
                return nowMilliseconds - sentAt <= ValidMilliseconds && Volatile.Read(ref _nonces[place]) == nonce;
            }
        }

        return false;
    }

    [InlineArray(Capacity)]
    private struct Nonces
    {
        private ulong _first;
    }

    [InlineArray(Capacity)]
    private struct Times
    {
        private long _first;
    }
}
