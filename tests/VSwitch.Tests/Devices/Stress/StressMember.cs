using VSwitch.Devices;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>A thread of a stress test.</summary>
internal sealed class StressMember
{
    private readonly StressCrew _crew;
    private readonly Func<StressMember, bool> _step;
    private readonly Thread _thread;
    private readonly string _name;
    private volatile string _doing = "starts";

    internal StressMember(StressCrew crew, string name, Random random, Func<StressMember, bool> step)
    {
        (_crew, _name, Random, _step) = (crew, name, random, step);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
    }

    internal Random Random { get; }

    public override string ToString() => $"{_name}: {_doing}";

    internal void Start() => _thread.Start();

    internal bool Join() => _thread.Join(StressSettings.Limit);

    /// <summary>A token for the next wait: none half of the time, so that closing has to end it.</summary>
    internal CancellationToken Token() => Random.Next(2) == 0 ? _crew.PokeToken : CancellationToken.None;

    /// <summary>Waits, for a bounded time.</summary>
    /// <returns>What the wait says; null when it was cancelled or the device went down.</returns>
    internal bool? Await(string what, Func<ValueTask<bool>> wait)
    {
        _doing = $"waits for {what}";
        try
        {
            return wait().AsTask().WaitAsync(StressSettings.Limit).GetAwaiter().GetResult();
        }
        catch (Exception error) when (error is OperationCanceledException or DeviceDownException)
        {
            return null;
        }
    }

    private void Run()
    {
        try
        {
            while (_step(this))
            {
                _doing = "works";
            }

            _doing = "went home";
        }
        catch (Exception error)
        {
            _crew.Complain($"{this}: {error}");
        }
    }
}
