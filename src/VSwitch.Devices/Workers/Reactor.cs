using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices.Workers;

/// <summary>The one background thread of the process that waits for what no worker waits for: waits by <c>await</c>, handlers, netlink.</summary>
/// <remarks>Started by the first registration. It sleeps in epoll_wait without a time-out: idle costs nothing.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process.")]
internal sealed class Reactor
{
    private static readonly Lazy<Reactor> s_shared = new(() => new Reactor());

    private readonly EpollSet _epoll = new();
    private readonly ConcurrentDictionary<long, IReactorClient> _clients = new();
    private long _lastToken;

    private Reactor()
    {
        Thread thread = new(Run) { IsBackground = true, Name = "vswitch-reactor" };
        thread.UnsafeStart();
    }

    internal static Reactor Shared => s_shared.Value;

    /// <summary>Adds a descriptor.</summary>
    /// <returns>The token for <see cref="Arm"/> and <see cref="Remove"/>.</returns>
    internal long Add(SafeHandle handle, EpollEvents events, IReactorClient client)
    {
        long token = Interlocked.Increment(ref _lastToken);
        _clients[token] = client;
        try
        {
            _epoll.Add(handle, events, token);
        }
        catch
        {
            _clients.TryRemove(token, out _);
            throw;
        }

        return token;
    }

    internal void Arm(SafeHandle handle, EpollEvents events, long token) => _epoll.Modify(handle, events, token);

    internal void Remove(SafeHandle handle, long token)
    {
        _clients.TryRemove(token, out _);
        _epoll.Remove(handle);
    }

    private void Run()
    {
        GoHome();
        while (true)
        {
            foreach (EpollReady ready in _epoll.Wait(-1))
            {
                if (_clients.TryGetValue(ready.Token, out IReactorClient? client))
                {
                    Tell(client, ready.Events);
                }
            }
        }
    }

    // A thread begins in the namespace of its maker, and makes pool threads in turn: not in a namespace that somebody was just visiting.
    private static void GoHome()
    {
        using SafeFileHandle home = Interop.Libc.Open("/proc/self/ns/net", Interop.Libc.O_RDONLY | Interop.Libc.O_CLOEXEC);
        if (!home.IsInvalid)
        {
            _ = Interop.Libc.SetNs(home, Interop.Libc.CLONE_NEWNET);
        }
    }

    private static void Tell(IReactorClient client, EpollEvents events)
    {
#pragma warning disable CA1031 // One client's fault must not end the thread that all share.
        try
        {
            client.OnReady(events);
        }
        catch (Exception)
        {
            System.Diagnostics.Debug.Fail("a reactor client threw");
        }
#pragma warning restore CA1031
    }
}
