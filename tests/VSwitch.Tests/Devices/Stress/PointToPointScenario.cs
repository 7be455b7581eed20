using System.Collections.Concurrent;
using VSwitch.Devices;
using VSwitch.Devices.Relaying;
using VSwitch.Frames;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>A link whose ends are swapped; a frame comes only to a device that was set together with the one it came from.</summary>
internal sealed class PointToPointScenario : StressScenario
{
    private const int A = 0;
    private const int B = 1;

    private readonly FrameBatchPool _pool = new();
    private readonly PointToPoint _link;
    private readonly Stations _stations;
    private readonly ConcurrentDictionary<(int From, int To), bool> _pairs = new();

    internal PointToPointScenario(StressCrew crew, Random random)
        : base(crew, random)
    {
        _link = new PointToPoint(_pool);
        _stations = new Stations(crew, places: 2, isMeant: (device, mark) => _pairs.ContainsKey((mark.From, device.Station)));
    }

    internal override long Passed => Math.Min(_link.CountersAToB.SentFrames, _link.CountersBToA.SentFrames);

    internal override async Task StartAsync()
    {
        _stations.Hire(chooseTarget: () => 0);
        await SetAsync(A);
        await SetAsync(B);
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
        await SetAsync(A);
        await SetAsync(B);
        for (int side = A; side <= B; side++)
        {
            StressDevice from = _stations[side]!;
            FlowCheck to = _stations[1 - side]!.Check;
            long said = from.Say(Crew, 0);
            Crew.Until($"frame {said} of side {side} comes out", () => to.LastOf(from.Station) >= said);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_link.StopAsync(), _link.StopAsync());
        await _link.SetBAsync(_stations[B]!.Inside); // does nothing
        Assert.All(_stations.Ever, d => Assert.True(d.IsInsideClosed));
        _stations.ScrapAll();
    }

    internal override void CheckAccounts()
    {
        TrafficCounters[] both = [_link.CountersAToB, _link.CountersBToA];
        Assert.Equal(0, _pool.Rented);
        Assert.All(both, c => Assert.Equal(c.ReceivedFrames + c.Replicated, c.SentFrames + c.TotalDrops()));
        Assert.Equal(_stations.Ever.Sum(d => d.ReceivedInside), both.Sum(c => c.ReceivedFrames));
        Assert.Equal(_stations.Ever.Sum(d => d.SentInside), both.Sum(c => c.SentFrames));
    }

    private async Task SetAsync(int side, bool isNone = false)
    {
        StressDevice? device = isNone ? null : new StressDevice(Crew, Random, LinkLayer.Ethernet);
        if (device is not null)
        {
            _stations.Announce(device);
            if (_stations[1 - side] is { } other)
            {
                _pairs[(device.Station, other.Station)] = true;
                _pairs[(other.Station, device.Station)] = true;
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
        side == A ? _link.SetAAsync(device) : _link.SetBAsync(device);
}
