using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices.Workers;

/// <summary>Descriptors that one thread waits on, and a bell that any thread may ring to wake it.</summary>
/// <remarks>
/// <see cref="Wait"/> is for one thread; all else for any. Level-triggered unless the events say otherwise. A descriptor that is closed
/// leaves by itself. Nothing is allocated after the constructor. Source: epoll(7), eventfd(2).
/// </remarks>
internal sealed class EpollSet : IDisposable
{
    private const long WakeToken = long.MinValue;

    // struct epoll_event is packed on x86-64 only: events 4 | data 8, else events 4 | padding 4 | data 8.
    private static readonly int s_eventLength = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int s_dataOffset = s_eventLength - sizeof(long);

    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _wake;
    private readonly byte[] _events;
    private readonly EpollReady[] _ready;

    /// <param name="maxReady">Descriptors that one wait reports at most.</param>
    internal EpollSet(int maxReady = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxReady, 1);
        _events = GC.AllocateArray<byte>((maxReady + 1) * s_eventLength, pinned: true);
        _ready = new EpollReady[maxReady + 1];
        _epoll = Interop.Libc.EpollCreate1(Interop.Libc.EPOLL_CLOEXEC);
        if (_epoll.IsInvalid)
        {
            throw LinuxException.Last("worker", "epoll_create1");
        }

        _wake = Interop.Libc.EventFd(0, Interop.Libc.EFD_CLOEXEC | Interop.Libc.EFD_NONBLOCK);
        if (_wake.IsInvalid)
        {
            LinuxException error = LinuxException.Last("worker", "eventfd");
            _epoll.Dispose();
            throw error;
        }

        Control(Interop.Libc.EPOLL_CTL_ADD, _wake, EpollEvents.In, WakeToken);
    }

    /// <summary>Adds a descriptor.</summary>
    /// <param name="handle">It must be one that poll knows; not yet in the set.</param>
    /// <param name="events">What to wait for.</param>
    /// <param name="token">Comes back with each report; any value but <see cref="long.MinValue"/>.</param>
    /// <exception cref="LinuxException">The kernel refused it.</exception>
    internal void Add(SafeHandle handle, EpollEvents events, long token) => Control(Interop.Libc.EPOLL_CTL_ADD, handle, events, token);

    /// <summary>Changes what a descriptor is waited for, and arms it again after <see cref="EpollEvents.OneShot"/>.</summary>
    internal void Modify(SafeHandle handle, EpollEvents events, long token) => Control(Interop.Libc.EPOLL_CTL_MOD, handle, events, token);

    /// <summary>Removes a descriptor; no error when it is closed or not in the set.</summary>
    internal void Remove(SafeHandle handle)
    {
        Span<byte> unused = stackalloc byte[16];
        try
        {
            _ = Interop.Libc.EpollCtl(_epoll, Interop.Libc.EPOLL_CTL_DEL, handle, ref unused[0]);
        }
        catch (ObjectDisposedException)
        {
            // Closed: the kernel has removed it.
        }
    }

    /// <summary>Waits until something is ready, the bell rings, or the time is over.</summary>
    /// <param name="timeoutMilliseconds">0 returns at once, -1 waits without end.</param>
    /// <returns>What is ready, the bell not among it; empty on a bell, a signal or the time-out. Valid until the next call.</returns>
    internal ReadOnlySpan<EpollReady> Wait(int timeoutMilliseconds)
    {
        int count = Interop.Libc.EpollWait(_epoll, ref _events[0], _ready.Length, timeoutMilliseconds);
        if (count < 0)
        {
            return Marshal.GetLastPInvokeError() == (int)Errno.EINTR ? default : throw LinuxException.Last("worker", "epoll_wait");
        }

        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> one = _events.AsSpan(i * s_eventLength, s_eventLength);
            long token = MemoryMarshal.Read<long>(one[s_dataOffset..]);
            if (token == WakeToken)
            {
                Silence();
                continue;
            }

            _ready[kept++] = new(token, (EpollEvents)MemoryMarshal.Read<uint>(one));
        }

        return _ready.AsSpan(0, kept);
    }

    /// <summary>Ends the current wait, or the next one at once; any thread, also after <see cref="Dispose"/>.</summary>
    internal void Wake()
    {
        Span<byte> one = stackalloc byte[sizeof(ulong)];
        MemoryMarshal.Write(one, 1UL);
        try
        {
            _ = Interop.Libc.Write(_wake, in one[0], sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wake.Dispose();
        _epoll.Dispose();
    }

    private void Silence()
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        _ = Interop.Libc.Read(_wake, ref value[0], sizeof(ulong));
    }

    private void Control(int operation, SafeHandle handle, EpollEvents events, long token)
    {
        Span<byte> one = stackalloc byte[16];
        MemoryMarshal.Write(one, (uint)events);
        MemoryMarshal.Write(one[s_dataOffset..], token);
        if (Interop.Libc.EpollCtl(_epoll, operation, handle, ref one[0]) < 0)
        {
            throw LinuxException.Last("worker", "epoll_ctl");
        }
    }
}
