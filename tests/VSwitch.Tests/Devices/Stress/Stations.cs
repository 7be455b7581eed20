using System.Collections.Concurrent;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>The devices of a stress test by their places, and the threads that are their far ends.</summary>
internal sealed class Stations
{
    private const int Threads = 2;
    private const int Nobody = 1; // a station that never was

    private readonly StressCrew _crew;
    private readonly Func<StressDevice, StressMark, bool> _isMeant;
    private readonly StressDevice?[] _places;
    private readonly int[] _gone = [.. Enumerable.Repeat(Nobody, 8)]; // some that were, to be sent to all the same
    private readonly ConcurrentQueue<StressDevice> _ever = new();
    private readonly ConcurrentDictionary<int, bool> _first = new();

    /// <param name="crew">Who works here.</param>
    /// <param name="places">How many devices at once.</param>
    /// <param name="isMeant">Whether a frame may come to a device.</param>
    internal Stations(StressCrew crew, int places, Func<StressDevice, StressMark, bool> isMeant) =>
        (_crew, _places, _isMeant) = (crew, new StressDevice?[places], isMeant);

    internal int Places => _places.Length;

    /// <summary>All that there ever were.</summary>
    internal IReadOnlyCollection<StressDevice> Ever => _ever;

    internal IEnumerable<StressDevice> Present => _places.Where(p => p is not null)!;

    internal StressDevice? this[int place] => Volatile.Read(ref _places[place]);

    /// <summary>A device that is about to be given away; first of all, so that no frame of it comes from nowhere.</summary>
    internal void Announce(StressDevice device, bool isFirst = false)
    {
        _ever.Enqueue(device);
        _first[device.Station] = isFirst;
    }

    /// <summary>The device was for the first place.</summary>
    internal bool WasFirst(StressDevice device) => _first[device.Station];

    internal void Put(int place, StressDevice device) => Volatile.Write(ref _places[place], device);

    /// <summary>The device was given back: what still lies at its far end is looked at, then it is closed altogether.</summary>
    internal void Retire(int place)
    {
        StressDevice? device = Interlocked.Exchange(ref _places[place], null);
        if (device is not null)
        {
            Volatile.Write(ref _gone[device.Station % _gone.Length], device.Station);
            Scrap(device);
        }
    }

    internal void ScrapAll()
    {
        for (int place = 0; place < Places; place++)
        {
            Retire(place);
        }

        foreach (StressDevice device in _ever)
        {
            Scrap(device);
        }
    }

    internal void Up()
    {
        foreach (StressDevice device in Present)
        {
            device.Up();
        }
    }

    /// <summary>A station that is, one that was, or one that never was.</summary>
    internal int AnyStation(Random random) =>
        random.Next(4) == 0 ? Volatile.Read(ref _gone[random.Next(_gone.Length)]) : this[random.Next(Places)]?.Station ?? Nobody;

    /// <summary>Starts the far ends.</summary>
    /// <param name="chooseTarget">For whom their frames are; null when they only listen.</param>
    internal void Hire(Func<Random, int>? chooseTarget)
    {
        for (int i = 0; i < Math.Min(Threads, Places); i++)
        {
            int mine = i;
            _crew.Hire($"far ends {mine}", me =>
            {
                for (int place = mine; place < Places; place += Threads)
                {
                    if (this[place] is { } device)
                    {
                        device.Hear(mark => _isMeant(device, mark));
                        if (chooseTarget is not null && !_crew.IsSettling)
                        {
                            device.Say(me.Random, () => chooseTarget(me.Random));
                        }
                    }
                }

                Thread.Yield();
                return !_crew.IsClosing;
            });
        }
    }

    internal void Hire(Func<int> chooseTarget) => Hire(_ => chooseTarget());

    private void Scrap(StressDevice device)
    {
        device.Hear(mark => _isMeant(device, mark));
        device.Scrap();
    }
}
