using VSwitch.Devices;
using VSwitch.Forwarding;
using VSwitch.Frames;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>A switch with two pipelines whose ports come and go; no frame comes back, none twice, and what is learned goes to its port alone.</summary>
internal sealed class SwitchScenario : StressScenario
{
    private const int Pipelines = 2;
    private const int MostPlaces = 8;

    private readonly VirtualSwitch _switch = new();
    private readonly Stations _stations;
    private readonly SwitchPort?[] _ports = new SwitchPort?[MostPlaces];

    internal SwitchScenario(StressCrew crew, Random random)
        : base(crew, random) =>
        _stations = new Stations(crew, MostPlaces, isMeant: (device, mark) => mark.From != device.Station);

    internal override long Passed => _switch.GetTotals().SentFrames;

    internal override Task StartAsync()
    {
        for (int i = 0; i < Pipelines; i++)
        {
            int index = i;
            ForwardingPipeline pipeline = _switch.CreatePipeline();
            Crew.Hire($"pipeline {index}", _ => Forward(pipeline, index));
        }

        _stations.Hire(random => random.Next(8) == 0 ? StressMark.Everybody : _stations.AnyStation(random));
        return Task.CompletedTask;
    }

    internal override async Task ActAsync()
    {
        int place = Random.Next(MostPlaces);
        StressDevice? device = _stations[place];
        switch (Random.Next(6))
        {
            case 0 or 1 when device is null:
                Add(place);
                break;
            case 1 when Random.Next(2) == 0:
                Remove(place);
                break;
            case 2 when device is not null && Random.Next(2) == 0:
                await device.Break(Random); // unplugged later, or never
                break;
            case 3:
                _switch.Advance();
                break;
            case 4 when device is not null:
                _switch.FilteringDatabase.Flush(_ports[place]!.Id);
                break;
            default:
                device?.Disturb(Random);
                break;
        }
    }

    internal override Task SettleAsync()
    {
        for (int place = 0; place < MostPlaces; place++)
        {
            if (_stations[place] is not { IsBroken: false })
            {
                Remove(place);
                Add(place);
            }
        }

        _stations.Up();
        _switch.Advance();
        Crew.Until("all that was said is received, accounted for and heard", () =>
            _stations.Present.All(d => d.Said == d.ReceivedInside) && Unaccounted() == 0 && _stations.Present.All(d => d.SentInside == d.Check.Frames));
        foreach (StressDevice device in _stations.Present)
        {
            long said = device.Say(Crew, StressMark.Everybody);
            foreach (StressDevice other in _stations.Present.Where(d => d != device))
            {
                Crew.Until($"station {other.Station} hears frame {said} of station {device.Station}", () => other.Check.LastOf(device.Station) >= said);
            }
        }

        Crew.Until("all is quiet", () => Unaccounted() == 0);
        long sent = _switch.GetTotals().SentFrames;
        StressDevice[] all = [.. _stations.Present];
        for (int i = 0; i < all.Length; i++)
        {
            (StressDevice from, StressDevice to) = (all[i], all[(i + 1) % all.Length]);
            long said = from.Say(Crew, to.Station);
            Crew.Until($"station {to.Station} hears what is its own", () => to.Check.LastOf(from.Station) >= said);
        }

        Assert.Equal(all.Length, _switch.GetTotals().SentFrames - sent); // and nobody else heard it
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        for (int place = 0; place < MostPlaces; place++)
        {
            if (Random.Next(2) == 0)
            {
                await _stations[place]!.Break(Random);
            }
            else
            {
                Remove(place);
            }
        }

        Crew.Join(); // the pipelines: who runs them closes the ports
        _stations.ScrapAll();
    }

    internal override void CheckAccounts()
    {
        TrafficCounters totals = _switch.GetTotals();
        Assert.Equal(0, Unaccounted());
        Assert.Equal(_stations.Ever.Sum(d => d.ReceivedInside), totals.ReceivedFrames);
        Assert.Equal(_stations.Ever.Sum(d => d.SentInside), totals.SentFrames);
    }

    private long Unaccounted()
    {
        TrafficCounters totals = _switch.GetTotals();
        return totals.ReceivedFrames + totals.Replicated - totals.SentFrames - totals.TotalDrops();
    }

    private void Add(int place)
    {
        var device = new StressDevice(Crew, Random, LinkLayer.Ethernet);
        _stations.Announce(device);
        _ports[place] = _switch.AddPort(device.Inside);
        _stations.Put(place, device);
    }

    private void Remove(int place)
    {
        if (_ports[place] is { } port)
        {
            Assert.True(_switch.RemovePort(port));
            Assert.False(_switch.RemovePort(port));
            _ports[place] = null;
            _stations.Retire(place);
        }
    }

    private bool Forward(ForwardingPipeline pipeline, int index)
    {
        foreach (SwitchPort port in _switch.Ports)
        {
            if (port.Id.Index % Pipelines == index)
            {
                pipeline.MarkReady(port.Queues[0]);
            }
        }

        while (pipeline.HasReady)
        {
            pipeline.RunBurst();
        }

        return !Crew.IsClosing;
    }
}
