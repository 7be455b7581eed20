using VSwitch.Devices;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>A stack of wrappers that go up, down and away while somebody waits at each; a frame comes out of one of them, once.</summary>
internal sealed class DetachedScenario : StressScenario
{
    private const int Users = 4;
    private const int FirstUser = 0x80;
    private const int FarStation = 0x70;

    private readonly PipeDevice _device;
    private readonly PipeDevice _far;
    private readonly DetachedDevice[] _wrappers = new DetachedDevice[Users];
    private readonly FlowCheck[] _checks;
    private readonly FlowCheck _farCheck;
    private readonly StressSender[] _senders;
    private readonly StressSender _farSender = new(FarStation, LinkLayer.Ethernet);
    private readonly FrameBatch[] _batches = [.. Enumerable.Range(0, Users + 1).Select(_ => new FrameBatch())];

    internal DetachedScenario(StressCrew crew, Random random)
        : base(crew, random)
    {
        (_device, _far) = DevicePipe.Create(batch: 16, capacityFrames: 100);
        _checks = [.. Enumerable.Range(0, Users).Select(i => new FlowCheck(crew, $"user {i}"))];
        _farCheck = new FlowCheck(crew, "far end");
        _senders = [.. Enumerable.Range(0, Users).Select(i => new StressSender(FirstUser + i, LinkLayer.Ethernet))];
        _wrappers[0] = new DetachedDevice(_device);
        for (int i = 1; i < Users; i++)
        {
            _wrappers[i] = new DetachedDevice(_wrappers[random.Next(i)]);
        }
    }

    internal override long Passed => Math.Min(_checks.Sum(c => c.Frames), _farCheck.Frames);

    internal override Task StartAsync()
    {
        for (int i = 0; i < Users; i++)
        {
            int user = i;
            Crew.Hire($"user {user} receives", me => Receive(me, user));
            Crew.Hire($"user {user} sends", me => Send(me, user));
        }

        Crew.Hire("far end sends", FarSend);
        Crew.Hire("far end receives", FarReceive);
        return Task.CompletedTask;
    }

    internal override async Task ActAsync()
    {
        int at = Random.Next(Users);
        DetachedDevice wrapper = _wrappers[at];
        switch (Random.Next(8))
        {
            case 0 or 1 when wrapper.State != DetachState.Closed:
                wrapper.Down();
                break;
            case 2 when at > 0:
                await wrapper.DisposeAsync(); // whoever is on top of it is closed with it
                for (int i = 1; i < Users; i++)
                {
                    if (_wrappers[i].State == DetachState.Closed)
                    {
                        Volatile.Write(ref _wrappers[i], new DetachedDevice(_wrappers[Random.Next(i)]));
                    }
                }

                break;
            case 3:
                Crew.Poke();
                break;
            default:
                wrapper.Up();
                break;
        }
    }

    internal override Task SettleAsync()
    {
        Array.ForEach(_wrappers, w => w.Up());
        for (int i = 0; i < 100; i++)
        {
            long said = 0;
            Crew.Until("the far end can send", () => (said = _farSender.One(_far, 0)) != 0);
            Crew.Until("what the far end has sent is received", () => _checks.Sum(c => c.Frames) == _farSender.Taken);
        }

        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (int i in Enumerable.Range(0, Users).OrderBy(_ => Random.Next()))
        {
            await _wrappers[i].DisposeAsync();
        }

        Crew.Until("all is heard", () => _farCheck.Frames == _senders.Sum(s => s.Taken));
        Assert.True(await _device.WaitToSendAsync()); // no wrapper has touched it
        await _far.DisposeAsync();
    }

    internal override void CheckAccounts()
    {
        Assert.Equal(_farSender.Taken, _checks.Sum(c => c.Frames));
        Assert.Equal(_senders.Sum(s => s.Taken), _farCheck.Frames);
    }

    private bool Receive(StressMember me, int user)
    {
        DetachedDevice wrapper = Volatile.Read(ref _wrappers[user]);
        bool? more = me.Await($"a frame at {user}", () => wrapper.WaitToReceiveAsync(me.Token()));
        if (more is null)
        {
            more = me.Await($"{user} to be up", () => wrapper.WaitUntilUpAsync(me.Token()));
        }
        else if (more == true)
        {
            try
            {
                _batches[user].Clear();
                wrapper.TryReceive(_batches[user]);
                _checks[user].Take(_batches[user], mark => mark.From == FarStation);
            }
            catch (ObjectDisposedException)
            {
                // Down, or closed.
            }
        }

        return more != false || !Crew.IsClosing;
    }

    private bool Send(StressMember me, int user)
    {
        DetachedDevice wrapper = Volatile.Read(ref _wrappers[user]);
        if (!_senders[user].Burst(wrapper, me.Random, () => 0))
        {
            me.Await($"room at {user}", () => wrapper.WaitToSendAsync(Crew.PokeToken));
        }
        else if (!wrapper.IsUp)
        {
            me.Await($"{user} to be up", () => wrapper.WaitUntilUpAsync(Crew.PokeToken));
        }

        return !Crew.IsSettling;
    }

    private bool FarSend(StressMember me)
    {
        if (!_farSender.Burst(_far, me.Random, () => 0))
        {
            me.Await("room at the far end", () => _far.WaitToSendAsync(Crew.PokeToken));
        }

        return !Crew.IsSettling;
    }

    private bool FarReceive(StressMember me)
    {
        if (me.Await("a frame at the far end", () => _far.WaitToReceiveAsync(me.Token())) == false)
        {
            return false;
        }

        try
        {
            _batches[Users].Clear();
            _far.TryReceive(_batches[Users]);
            _farCheck.Take(_batches[Users], mark => mark.From >= FirstUser);
            return true;
        }
        catch (ObjectDisposedException)
        {
            return !Crew.IsClosing;
        }
    }
}
