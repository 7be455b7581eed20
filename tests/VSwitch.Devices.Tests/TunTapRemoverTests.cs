using VSwitch.Devices.Tap;
using VSwitch.Devices.TunTap;
using VSwitch.Devices.Workers;

namespace VSwitch.Devices.Tests;

/// <summary>Interfaces go before the descriptors of their devices, one by one or all at once; nobody else's do.</summary>
public sealed class TunTapRemoverTests
{
    private const int Many = 12; // above what is closed one after the other

    [Fact]
    public async Task CloseTogether_ManyInTwoNamespaces_OnlyTheirOwnInterfacesGo()
    {
        using TestNamespace one = new();
        using TestNamespace other = new();
        L2Dev[] taps = [.. Enumerable.Range(0, Many).Select(i => (i % 2 == 0 ? one : other).Tap(new TunTapOptions { Name = $"t{i}" }))];
        L2Dev persistent = one.Tap(new TunTapOptions { Name = "stays", Persist = true });
        L2Dev queues = one.Tap(new TunTapOptions { Name = "queues", Queues = 2 });
        await using L2Dev bystander = one.Tap(new TunTapOptions { Name = "bystander" });
        await one.Quiet(taps[0]);
        Task<bool> waiting = taps[0].WaitToReceiveAsync(TestContext.Current.CancellationToken).AsTask();

        ((IClosesTogether)queues).CloseTogether([.. taps, persistent, queues]);
        Assert.All(taps, t => Assert.True(t.Completion.IsCompletedSuccessfully && !t.IsGone));
        Assert.False(await Bounded.Within(waiting));
        Assert.All(Enumerable.Range(0, Many), i => Assert.Null((i % 2 == 0 ? one : other).TryLink($"t{i}")));
        Assert.Null(one.TryLink("queues")); // with its descriptors
        Assert.NotNull(one.TryLink("lo"));
        Assert.True(one.Link("stays").IsPersistent);
        Assert.True(bystander.IsUp);

        await using L2Dev again = one.Tap(new TunTapOptions { Name = "stays" });
        again.SetPersist(false);
    }

    [Fact]
    public async Task Dispose_WhileABurstHasTheDescriptor_FreesTheName()
    {
        using TestNamespace ns = new();
        L2Dev tap = ns.Tap(new TunTapOptions { Name = "t0" });
        bool leased = false;
        tap.Handle!.DangerousAddRef(ref leased); // as a worker does for a burst
        await tap.DisposeAsync();
        Assert.Null(ns.TryLink("t0"));
        Assert.False(tap.IsGone);
        await using L2Dev next = ns.Tap(new TunTapOptions { Name = "t0" });
        tap.Handle.DangerousRelease();
        Assert.NotNull(ns.TryLink("t0"));
    }

    [Fact]
    public async Task CloseTogether_OfInterfacesThatAreDeletedMeanwhile_IsFine()
    {
        using TestNamespace ns = new();
        L2Dev[] taps = [.. Enumerable.Range(0, Many).Select(i => ns.Tap(new TunTapOptions { Name = $"t{i}" }))];
        ns.Do(route => route.Delete(route.GetLink("t3")));
        ((IClosesTogether)taps[0]).CloseTogether(taps);
        Assert.All(taps, t => Assert.True(t.Completion.IsCompletedSuccessfully));
        await taps[3].DisposeAsync();
        Assert.Null(ns.TryLink("t0"));
    }
}
