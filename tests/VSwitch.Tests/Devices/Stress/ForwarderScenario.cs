using System.Collections.Concurrent;
using VSwitch.Devices;
using VSwitch.Devices.Relaying;
using VSwitch.Frames;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>A forwarder whose devices are swapped; a frame comes only to a device that was set together with the one it came from.</summary>
internal sealed class ForwarderScenario : StressScenario
{
    private const int From = 0;
    private const int To = 1;

    private readonly FrameBatchPool _pool = new();
    private readonly Forwarder _forwarder;
    private readonly Stations _stations;
    private readonly ConcurrentDictionary<(int From, int To), bool> _pairs = new();

    internal ForwarderScenario(StressCrew crew, Random random)
        : base(crew, random)
    {
        _forwarder = new Forwarder(_pool);
        _stations = new Stations(crew, places: 2, isMeant: (device, mark) => _pairs.ContainsKey((mark.From, device.Station)));
    }

    internal override long Passed => _forwarder.Counters.SentFrames;

    internal override async Task StartAsync()
    {
        _stations.Hire(chooseTarget: () => 0);
        await SetAsync(From);
        await SetAsync(To);
    }

    internal override async Task ActAsync()
    {
        int side = Random.Next(2);
        StressDevice? device = _stations[side];
        switch (Random.Next(6))
        {
            case 0 or 1:
                await SetAsync(side);
                break;
            case 2 when Random.Next(2) == 0:
                await SetAsync(side, isNone: true);
                break;
            case 2 when device is not null:
                await device.Break(Random);
                break;
            case 3 when device is not null:
                device.Up();
                await SetDeviceAsync(side, device.Inside); // the same again: active, if it was passive
                Assert.True(device.Inside.Capabilities.BatchSize > 0);
                break;
            default:
                device?.Disturb(Random);
                break;
        }
    }

    internal override async Task SettleAsync()
    {
        await SetAsync(From);
        await SetAsync(To);
        StressDevice from = _stations[From]!;
        for (int i = 0; i < 10; i++)
        {
            long said = from.Say(Crew, 0);
            Crew.Until($"frame {said} comes out", () => _stations[To]!.Check.LastOf(from.Station) >= said);
            await SetAsync(To);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_forwarder.StopAsync(), _forwarder.StopAsync());
        await _forwarder.SetSenderAsync(_stations[To]!.Inside); // does nothing
        Assert.All(_stations.Ever, d => Assert.True(d.IsInsideClosed));
        _stations.ScrapAll();
    }

    internal override void CheckAccounts()
    {
        TrafficCounters counters = _forwarder.Counters;
        Assert.Equal(0, _pool.Rented);
        Assert.Equal(counters.ReceivedFrames + counters.Replicated, counters.SentFrames + counters.TotalDrops());
        Assert.Equal(_stations.Ever.Sum(d => d.ReceivedInside), counters.ReceivedFrames);
        Assert.Equal(_stations.Ever.Sum(d => d.SentInside), counters.SentFrames);
    }

    private async Task SetAsync(int side, bool isNone = false)
    {
        StressDevice? device = isNone ? null : new StressDevice(Crew, Random, LinkLayer.Ethernet);
        if (device is not null)
        {
            _stations.Announce(device);
            if (_stations[1 - side] is { } other)
            {
                _pairs[side == From ? (device.Station, other.Station) : (other.Station, device.Station)] = true;
            }
        }

        await SetDeviceAsync(side, device?.Inside);
        Assert.True(_stations[side]?.IsInsideClosed ?? true);
        _stations.Retire(side);
        if (device is not null)
        {
            _stations.Put(side, device);
        }
    }

    private ValueTask SetDeviceAsync(int side, IPacketDevice? device) =>
        side == From ? _forwarder.SetReceiverAsync(device) : _forwarder.SetSenderAsync(device);
}
