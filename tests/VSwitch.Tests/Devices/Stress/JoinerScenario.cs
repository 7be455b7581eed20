using VSwitch.Devices;
using VSwitch.Devices.Joining;
using VSwitch.Frames;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>A joiner whose devices come and go; a frame for a station comes to that station or to a default device, and to no other.</summary>
internal sealed class JoinerScenario : StressScenario
{
    private const int Core = 0xC0; // the station that the joiner's user is; never learned
    private const int FirstSender = 0x80;
    private const int Senders = 2;

    private readonly LinkLayer _linkLayer;
    private readonly Joiner _joiner;
    private readonly FrameBatch _batch = new(96);
    private readonly FlowCheck _check;
    private readonly StressSender[] _senders;
    private readonly Stations _stations;

    internal JoinerScenario(StressCrew crew, Random random, LinkLayer linkLayer)
        : base(crew, random)
    {
        _linkLayer = linkLayer;
        _joiner = new Joiner(new JoinerOptions { LinkLayer = linkLayer });
        _check = new FlowCheck(crew, "joiner");
        _stations = new Stations(crew, places: 6, isMeant: (device, mark) => mark.To == device.Station || _stations!.WasFirst(device));
        _senders = [.. Enumerable.Range(0, Senders).Select(i => new StressSender(FirstSender + i, linkLayer))];
    }

    internal override long Passed => Math.Min(_check.Frames, _joiner.Counters.SentFrames);

    internal override Task StartAsync()
    {
        Crew.Hire("receives", Receive);
        foreach (StressSender sender in _senders)
        {
            Crew.Hire("sends", me => Send(me, sender));
        }

        _stations.Hire(chooseTarget: () => Core);
        return AttachAsync(0);
    }

    internal override async Task ActAsync()
    {
        int place = Random.Next(_stations.Places);
        StressDevice? device = _stations[place];
        switch (Random.Next(8))
        {
            case 0 or 1 when device is null:
                await AttachAsync(place);
                break;
            case 1 when place == 0:
                await AttachAsync(0); // the former default is closed
                break;
            case 2 when device is not null:
                Assert.True(await _joiner.DetachAsync(device.Inside));
                Retire(place);
                break;
            case 3 when device is not null:
                device.Up(); // a device that is down is not looked at
                await device.Break(Random);
                Crew.Until("a device that was closed is detached", () => !_joiner.Devices.Contains(device.Inside));
                Retire(place);
                break;
            case 4 when device is not null:
                Assert.Throws<DuplicateDeviceException>(() => _joiner.AttachSecondary(device.Inside));
                break;
            case 5:
                Crew.Poke();
                break;
            default:
                device?.Disturb(Random);
                break;
        }
    }

    internal override async Task SettleAsync()
    {
        if (_stations[0] is null)
        {
            await AttachAsync(0);
        }

        _stations.Up();
        foreach (StressDevice device in _stations.Present)
        {
            long said = device.Say(Crew, Core);
            Crew.Until($"the joiner's user hears frame {said} of station {device.Station}", () => _check.LastOf(device.Station) >= said);
        }

        foreach (StressDevice device in _stations.Present)
        {
            long sent = 0;
            Crew.Until($"the joiner takes a frame for station {device.Station}", () => (sent = _senders[0].One(_joiner, device.Station)) != 0);
            Crew.Until($"station {device.Station} hears frame {sent}", () => device.Check.LastOf(FirstSender) >= sent);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (Random.Next(2) == 0)
        {
            await _stations.Present.First().Break(Random);
        }

        await Task.WhenAll(_joiner.DisposeAsync().AsTask(), _joiner.DisposeAsync().AsTask());
        _stations.ScrapAll();
    }

    internal override void CheckAccounts()
    {
        TrafficCounters counters = _joiner.Counters;
        Assert.Equal(_senders.Sum(s => s.Taken), counters.SentFrames + counters.TotalDrops());
        Assert.Equal(_stations.Ever.Sum(d => d.SentInside), counters.SentFrames);
        Assert.Equal(_stations.Ever.Sum(d => d.ReceivedInside), counters.ReceivedFrames);
        Assert.Equal(_check.Frames, counters.ReceivedFrames);
        Assert.All(_stations.Ever, d => Assert.True(d.IsInsideClosed));
    }

    private async Task AttachAsync(int place)
    {
        var device = new StressDevice(Crew, Random, _linkLayer);
        _stations.Announce(device, isFirst: place == 0);
        if (place == 0)
        {
            await _joiner.AttachDefaultAsync(device.Inside);
            Retire(0);
        }
        else
        {
            _joiner.AttachSecondary(device.Inside);
        }

        _stations.Put(place, device);
    }

    private void Retire(int place)
    {
        if (_stations[place] is { } device)
        {
            Crew.Until("a device that was detached is closed", () => device.IsInsideClosed);
            _stations.Retire(place);
        }
    }

    private bool Receive(StressMember me)
    {
        bool? more = me.Await("a frame of the joiner", () => _joiner.WaitToReceiveAsync(me.Token()));
        if (more == true)
        {
            try
            {
                _batch.Clear();
                _joiner.TryReceive(_batch);
                _check.Take(_batch, mark => mark.To == Core);
            }
            catch (JoinerClosedException)
            {
                Assert.True(Crew.IsClosing);
            }
        }

        Assert.True(more != false || Crew.IsClosing);
        return more != false;
    }

    private bool Send(StressMember me, StressSender sender)
    {
        if (!sender.Burst(_joiner, me.Random, () => _stations.AnyStation(me.Random)))
        {
            me.Await("room in the joiner", () => _joiner.WaitToSendAsync(Crew.PokeToken));
        }

        return !Crew.IsSettling;
    }
}
