using VSwitch.Devices;
using VSwitch.Devices.Splitting;
using VSwitch.Frames;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>A splitter whose backend, router and frontends come and go; a frontend gets what the router says is its own, and nothing else.</summary>
internal sealed class SplitterScenario : StressScenario
{
    private const int Users = 4;     // frontends that somebody listens to
    private const int Frontends = 6; // the others fill up, and stall nobody
    private const int FirstUser = 0x80;
    private const int ThrowEvery = 97;

    private readonly Splitter _splitter = new(new SplitterOptions { Frontends = Frontends, QueueOctets = 1 << 17 });
    private readonly SplitFrontend[] _frontends;
    private readonly FlowCheck[] _checks;
    private readonly StressSender[] _senders;
    private readonly FrameBatch[] _batches;
    private readonly Stations _stations;

    internal SplitterScenario(StressCrew crew, Random random)
        : base(crew, random)
    {
        _frontends = [.. Enumerable.Range(1, Frontends).Select(_splitter.Get)];
        _checks = [.. Enumerable.Range(1, Users).Select(i => new FlowCheck(crew, $"frontend {i}"))];
        _senders = [.. Enumerable.Range(0, Users).Select(i => new StressSender(FirstUser + i, LinkLayer.Ip))];
        _batches = [.. Enumerable.Range(0, Users).Select(_ => new FrameBatch())];
        _stations = new Stations(crew, places: 1, isMeant: (_, _) => true);
    }

    internal override long Passed => Math.Min(_checks.Sum(c => c.Frames), _senders.Sum(s => s.Taken));

    internal override Task StartAsync()
    {
        for (int i = 0; i < Users; i++)
        {
            int user = i;
            Crew.Hire($"frontend {user + 1} receives", me => Receive(me, user));
            Crew.Hire($"frontend {user + 1} sends", me => Send(me, user));
        }

        _stations.Hire(random => random.Next(-1, Frontends + 2)); // one too many, and everybody
        _splitter.SetRouter(new StressRouter(ThrowEvery));
        return AttachAsync();
    }

    internal override async Task ActAsync()
    {
        int at = Random.Next(Frontends);
        switch (Random.Next(10))
        {
            case 0:
                await AttachAsync();
                break;
            case 1 when Random.Next(3) == 0:
                await _splitter.DetachAsync();
                Retire();
                break;
            case 2 when Random.Next(3) == 0 && _stations[0] is { } device:
                device.Up(); // a device that is down is not looked at
                await device.Break(Random);
                Crew.Until("a backend that was closed is detached", () => _splitter.Backend is null);
                Retire();
                break;
            case 3:
                _frontends[at].Down();
                break;
            case 4:
                _frontends[at].Up();
                break;
            case 5:
                Volatile.Write(ref _frontends[at], _splitter.Get(at + 1)); // the earlier one is closed
                break;
            case 6 when Random.Next(3) == 0:
                await _frontends[at].DisposeAsync();
                break;
            case 7:
                _splitter.SetRouter(Random.Next(2) == 0 ? new StressSetRouter(ThrowEvery) : new StressRouter(ThrowEvery));
                break;
            case 8:
                Crew.Poke();
                break;
            default:
                _stations[0]?.Disturb(Random);
                break;
        }
    }

    internal override async Task SettleAsync()
    {
        for (int i = 0; i < Frontends; i++)
        {
            Volatile.Write(ref _frontends[i], _splitter.Get(i + 1));
        }

        _splitter.SetRouter(new StressSetRouter(throwEvery: int.MaxValue));
        await AttachAsync();
        StressDevice device = _stations[0]!;
        device.Up();
        for (int i = 0; i < Users; i++)
        {
            int user = i;
            long said = device.Say(Crew, user + 1);
            Crew.Until($"frontend {user + 1} hears frame {said}", () => _checks[user].LastOf(device.Station) >= said);
            long sent = 0;
            Crew.Until($"frontend {user + 1} can send", () => (sent = _senders[user].One(_frontends[user], 0)) != 0);
            Crew.Until($"the backend takes frame {sent} of frontend {user + 1}", () => device.Check.LastOf(FirstUser + user) >= sent);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (Random.Next(2) == 0)
        {
            await _frontends[0].DisposeAsync();
        }

        await Task.WhenAll(_splitter.DisposeAsync().AsTask(), _splitter.DisposeAsync().AsTask());
        _stations.ScrapAll();
    }

    internal override void CheckAccounts()
    {
        TrafficCounters counters = _splitter.Counters;
        Crew.Until("the last burst is over", () => counters.ReceivedFrames + counters.Replicated == counters.SentFrames + counters.TotalDrops());
        Assert.Equal(_stations.Ever.Sum(d => d.ReceivedInside), counters.ReceivedFrames);
        Assert.Equal(_senders.Sum(s => s.Taken), _stations.Ever.Sum(d => d.SentInside));
        Assert.InRange(_checks.Sum(c => c.Frames), 1, counters.SentFrames); // what was queued is lost when a frontend goes down
        Assert.Equal(0, counters.Drops(DropReason.DeviceFault));
    }

    private async Task AttachAsync()
    {
        var device = new StressDevice(Crew, Random, LinkLayer.Ip);
        _stations.Announce(device);
        await _splitter.AttachAsync(device.Inside);
        Retire();
        _stations.Put(0, device);
    }

    private void Retire()
    {
        if (_stations[0] is { } device)
        {
            Crew.Until("a backend that was detached is closed", () => device.IsInsideClosed);
            _stations.Retire(0);
        }
    }

    private bool Receive(StressMember me, int user)
    {
        SplitFrontend frontend = Volatile.Read(ref _frontends[user]);
        if (me.Await($"a frame of frontend {user + 1}", () => frontend.WaitToReceiveAsync(me.Token())) is bool isOpen)
        {
            if (!isOpen)
            {
                return !Crew.IsClosing;
            }

            try
            {
                _batches[user].Clear();
                frontend.TryReceive(_batches[user]);
                _checks[user].Take(_batches[user], mark => mark.To == user + 1 || mark.To == StressMark.Everybody);
            }
            catch (ObjectDisposedException)
            {
                // Down, or closed.
            }
        }

        return true;
    }

    private bool Send(StressMember me, int user)
    {
        SplitFrontend frontend = Volatile.Read(ref _frontends[user]);
        if (!_senders[user].Burst(frontend, me.Random, () => 0))
        {
            me.Await($"room for frontend {user + 1}", () => frontend.WaitToSendAsync(Crew.PokeToken));
        }

        return !Crew.IsSettling;
    }
}
