using VSwitch.Frames;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>Streams that are closed at either end while somebody reads and writes; while they are open nothing is lost, cancelled calls or not.</summary>
internal sealed class StreamScenario : StressScenario
{
    private const int Links = 2;

    private readonly FrameBatchPool _pool = new();
    private readonly StreamLink[] _links = new StreamLink[Links];
    private long _passed;

    internal StreamScenario(StressCrew crew, Random random)
        : base(crew, random)
    {
        for (int i = 0; i < Links; i++)
        {
            _links[i] = new StreamLink(_pool, random);
        }
    }

    internal override long Passed => Volatile.Read(ref _passed);

    internal override Task StartAsync()
    {
        for (int i = 0; i < Links; i++)
        {
            int link = i;
            Crew.Hire($"writer {link}", me => Step(me, link, l => l.WriteAsync(Token(me)), goesOn: () => !Crew.IsSettling));
            Crew.Hire($"reader {link}", me => Step(me, link, l => ReadAsync(l, Token(me)), goesOn: () => !Crew.IsClosing));
        }

        return Task.CompletedTask;
    }

    internal override async Task ActAsync()
    {
        int at = Random.Next(Links);
        StreamLink link = _links[at];
        if (Random.Next(4) > 0)
        {
            Crew.Poke();
            return;
        }

        Volatile.Write(ref _links[at], new StreamLink(_pool, Random)); // before the close: who finds the old one closed looks for the new one
        await link.CloseAsync(Random);
    }

    internal override Task SettleAsync()
    {
        foreach (StreamLink link in _links)
        {
            Crew.Until($"what was written is read: {link}", () => link.Read == link.Written);
        }

        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (StreamLink link in _links)
        {
            await link.CloseAsync(Random);
        }
    }

    internal override void CheckAccounts() => Assert.Equal(0, _pool.Rented);

    private CancellationToken Token(StressMember me) => me.Random.Next(2) == 0 ? Crew.PokeToken : CancellationToken.None;

    private async ValueTask<bool> ReadAsync(StreamLink link, CancellationToken cancellationToken)
    {
        bool more = await link.ReadAsync(Crew, cancellationToken);
        Interlocked.Add(ref _passed, more ? 1 : 0);
        return more;
    }

    private bool Step(StressMember me, int link, Func<StreamLink, ValueTask<bool>> step, Func<bool> goesOn)
    {
        StreamLink present = Volatile.Read(ref _links[link]);
        try
        {
            if (me.Await($"a packet of link {link}", () => step(present)) == false)
            {
                Crew.Until("a closed link is replaced", () => Crew.IsClosing || Volatile.Read(ref _links[link]) != present);
            }
        }
        catch (ObjectDisposedException)
        {
            // A new one comes, or the end.
        }

        return goesOn();
    }
}
