using System.Collections.Concurrent;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>The threads of a stress test, what they complain of, and who of them hangs.</summary>
internal sealed class StressCrew(int seed) : IDisposable
{
    private const int MaxComplaints = 10;

    private readonly List<StressMember> _members = [];
    private readonly ConcurrentQueue<string> _complaints = new();
    private CancellationTokenSource _poke = new();
    private volatile bool _settling;
    private volatile bool _closing;

    /// <summary>Nobody sends any more; who receives goes on.</summary>
    internal bool IsSettling => _settling;

    /// <summary>Everything is being closed: who finds something closed goes home.</summary>
    internal bool IsClosing => _closing;

    /// <summary>Cancelled now and then.</summary>
    internal CancellationToken PokeToken => Volatile.Read(ref _poke).Token;

    /// <summary>Starts a thread that does something again and again: until all settles if it sends, until it says so if it receives.</summary>
    /// <param name="name">What a report calls it.</param>
    /// <param name="step">One round; false to go home.</param>
    internal void Hire(string name, Func<StressMember, bool> step)
    {
        var member = new StressMember(this, name, new Random(seed + _members.Count), step);
        _members.Add(member);
        member.Start();
    }

    internal void Complain(string what)
    {
        if (_complaints.Count < MaxComplaints)
        {
            _complaints.Enqueue(what);
        }
    }

    /// <summary>Cancels the waits that can be cancelled.</summary>
    internal void Poke() => Interlocked.Exchange(ref _poke, new CancellationTokenSource()).Cancel();

    internal void Settle()
    {
        _settling = true;
        Poke();
    }

    internal void Close() => _closing = true;

    public void Dispose() => _poke.Dispose();

    /// <summary>Waits for all threads.</summary>
    internal void Join()
    {
        foreach (StressMember member in _members)
        {
            if (!member.Join())
            {
                throw new TimeoutException($"{member} hangs; {string.Join("; ", _members)}");
            }
        }
    }

    internal void CheckComplaints()
    {
        if (!_complaints.IsEmpty)
        {
            Assert.Fail(string.Join(Environment.NewLine, _complaints));
        }
    }

    /// <summary>Waits until something has become true that the threads bring about.</summary>
    internal void Until(string what, Func<bool> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            CheckComplaints();
            if (TimeProvider.System.GetElapsedTime(start) > StressSettings.Limit)
            {
                throw new TimeoutException($"never: {what}; {string.Join("; ", _members)}");
            }

            Thread.Yield();
        }
    }
}
