namespace VSwitch.Devices.Joining;

/// <summary>Contexts for as many threads as send at once; they are made when there are too few, and kept.</summary>
internal sealed class SendContextPool(int batchSize)
{
    private readonly SendContext?[] _free = new SendContext?[16]; // more threads than that at once pay for a context each time

    internal SendContext Rent()
    {
        for (int i = 0; i < _free.Length; i++)
        {
            if (_free[i] is not null && Interlocked.Exchange(ref _free[i], null) is { } context)
            {
                return context;
            }
        }

        return new SendContext(batchSize);
    }

    internal void Return(SendContext context)
    {
        for (int i = 0; i < _free.Length; i++)
        {
            if (_free[i] is null && Interlocked.CompareExchange(ref _free[i], context, null) is null)
            {
                return;
            }
        }
    }
}
