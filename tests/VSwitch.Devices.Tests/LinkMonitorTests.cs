using VSwitch.Devices.Tap;
using VSwitch.Devices.Workers;

namespace VSwitch.Devices.Tests;

public class LinkMonitorTests
{
    [Fact]
    [Trait("Clause", "T5")]
    public async Task LostMessages_AreMadeUpFor()
    {
        using TestNamespace ns = new();
        await using L2Dev noisy = ns.Tap();
        await using L2Dev quiet = ns.Tap();
        using (Stall stall = new())
        {
            await Bounded.Until(() => stall.IsHolding, "the reactor stands still");
            ns.Do(route =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    route.SetMtu(route.GetLink(noisy.Name), 1000 + (i & 1));
                }

                route.SetMtu(route.GetLink(quiet.Name), 1234); // behind what fits into the socket
            });
            Assert.Equal(1500, quiet.Mtu);
        }

        await Bounded.Until(() => quiet.Mtu == 1234, "the change whose message was lost is seen");
    }

    /// <summary>Holds the reactor's thread until disposed.</summary>
    private sealed class Stall : IReactorClient, IDisposable
    {
        private readonly ManualResetEventSlim _release = new();
        private readonly System.IO.Pipes.AnonymousPipeServerStream _pipe = new(System.IO.Pipes.PipeDirection.Out);
        private readonly long _token;

        internal Stall() => _token = Reactor.Shared.Add(_pipe.SafePipeHandle, EpollEvents.Out | EpollEvents.OneShot, this);

        internal bool IsHolding { get; private set; }

        public void OnReady(EpollEvents events)
        {
            IsHolding = true;
            _release.Wait();
        }

        public void Dispose()
        {
            Reactor.Shared.Remove(_pipe.SafePipeHandle, _token);
            _release.Set();
            _pipe.Dispose();
        }
    }
}
