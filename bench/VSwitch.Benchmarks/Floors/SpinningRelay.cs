namespace VSwitch.Benchmarks.Floors;

/// <summary>Packets of 60 octets from one pool thread to another by a ring of cache lines whose ends turn in circles while they wait; one relay in the middle is left out.</summary>
internal sealed class SpinningRelay(int burst)
{
    private const int Line = 64;
    private const int Lines = 256;
    private const int IndexPadding = 16;

    internal const int Packets = 128 * 512;

    private readonly byte[] _ring = new byte[Lines * Line];
    private readonly byte[] _from = new byte[burst * Line];
    private readonly byte[] _to = new byte[burst * Line];
    private readonly long[] _indexes = new long[3 * IndexPadding];

    internal void Run() => Task.WaitAll(Task.Run(Send), Task.Run(Receive));

    private void Send()
    {
        for (long sent = 0; sent < Packets; sent += burst)
        {
            var wait = new SpinWait();
            while (sent + burst - Volatile.Read(ref _indexes[0]) > Lines)
            {
                wait.SpinOnce(-1);
            }

            for (int i = 0; i < burst; i++)
            {
                _from.AsSpan(i * Line, 60).CopyTo(_ring.AsSpan((int)((sent + i) % Lines) * Line));
            }

            Volatile.Write(ref _indexes[2 * IndexPadding], sent + burst);
        }
    }

    private void Receive()
    {
        for (long received = 0; received < Packets; received += burst)
        {
            var wait = new SpinWait();
            while (Volatile.Read(ref _indexes[2 * IndexPadding]) < received + burst)
            {
                wait.SpinOnce(-1);
            }

            for (int i = 0; i < burst; i++)
            {
                _ring.AsSpan((int)((received + i) % Lines) * Line, 60).CopyTo(_to.AsSpan(i * Line));
            }

            Volatile.Write(ref _indexes[0], received + burst);
        }

        Volatile.Write(ref _indexes[0], 0);
        Volatile.Write(ref _indexes[2 * IndexPadding], 0);
    }
}
