using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices.Netlink;

/// <summary>A network namespace of Linux, held open: it lives at least as long as this object. Dispose it soon.</summary>
/// <remarks>Source: network_namespaces(7), setns(2), ip-netns(8).</remarks>
public sealed class NetworkNamespace : IDisposable
{
    private const string NamedDirectory = "/run/netns";
    private const string ThreadPath = "/proc/thread-self/ns/net";

    private NetworkNamespace(SafeFileHandle handle, string name)
    {
        Handle = handle;
        Name = name;
        Identity = $"net:[{Interop.Libc.InodeOf(handle)}]";
        if (Interop.Libc.IoctlValue(handle, Interop.Libc.NS_GET_NSTYPE, 0) != Interop.Libc.CLONE_NEWNET)
        {
            handle.Dispose();
            throw new LinuxException($"netns {name}", "setns", Errno.EINVAL, "it is not a network namespace: look at ip netns list");
        }
    }

    /// <summary>As it was asked for: a name, or a path.</summary>
    public string Name { get; }

    internal SafeFileHandle Handle { get; }

    /// <summary>Equal for two objects of the same namespace: <c>net:[inode]</c>.</summary>
    internal string Identity { get; }

    /// <summary>Opens a named namespace (<c>ip netns add NAME</c>), or one by the path of its file, such as <c>/proc/123/ns/net</c>.</summary>
    /// <param name="nameOrPath">With a slash it is a path.</param>
    /// <exception cref="LinuxException">There is none, or no right to open it.</exception>
    public static NetworkNamespace Open(string nameOrPath)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        bool isPath = nameOrPath.Contains('/', StringComparison.Ordinal);
        if (!isPath)
        {
            CheckName(nameOrPath);
        }

        string path = isPath ? nameOrPath : $"{NamedDirectory}/{nameOrPath}";
        SafeFileHandle handle = Interop.Libc.Open(path, Interop.Libc.O_RDONLY | Interop.Libc.O_CLOEXEC);
        return handle.IsInvalid
            ? throw LinuxException.Last($"netns {nameOrPath}", $"open {path}", isPath ? null : $"make it: ip netns add {nameOrPath}")
            : new(handle, nameOrPath);
    }

    /// <summary>Makes a named namespace, as <c>ip netns add</c> does.</summary>
    /// <exception cref="LinuxException">The name is taken, or the right is missing; nothing is left behind.</exception>
    public static void Create(string name)
    {
        CheckName(name);
        string path = $"{NamedDirectory}/{name}";
        string subject = $"netns {name}";
        Directory.CreateDirectory(NamedDirectory);
        try
        {
            using FileStream place = new(path, FileMode.CreateNew);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new LinuxException(subject, $"open {path}", Errno.EEXIST, $"choose another name, or remove it: ip netns del {name}");
        }
        catch (UnauthorizedAccessException)
        {
            throw new LinuxException(subject, $"open {path}", Errno.EACCES, "run as root");
        }

        try
        {
            OnOwnThread(() =>
            {
                if (Interop.Libc.Unshare(Interop.Libc.CLONE_NEWNET) < 0)
                {
                    throw LinuxException.Last(subject, "unshare");
                }

                if (Interop.Libc.Mount(ThreadPath, path, null, Interop.Libc.MS_BIND, 0) < 0)
                {
                    throw LinuxException.Last(subject, "mount");
                }

                return 0;
            });
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Removes the name of a namespace, as <c>ip netns del</c> does; it ends when nobody is in it any more. No error when there is none.</summary>
    /// <exception cref="LinuxException">The right is missing.</exception>
    public static void Delete(string name)
    {
        CheckName(name);
        string path = $"{NamedDirectory}/{name}";
        if (!File.Exists(path))
        {
            return;
        }

        if (Interop.Libc.Umount2(path, Interop.Libc.MNT_DETACH) < 0
            && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == (int)Errno.EPERM)
        {
            throw LinuxException.Last($"netns {name}", "umount", "run as root or give the binary CAP_SYS_ADMIN");
        }

        File.Delete(path);
    }

    /// <summary>Runs a function inside a namespace, on a thread of its own that ends with it; sockets opened there belong to the namespace for good.</summary>
    /// <param name="target">Null runs it here, on the calling thread.</param>
    /// <param name="function">
    /// What it throws is thrown here. It must start no thread, task or asynchronous call: a thread begins in the namespace of its maker, pool threads too.
    /// </param>
    /// <exception cref="LinuxException">The right to enter is missing.</exception>
    public static T Run<T>(NetworkNamespace? target, Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return target is null || target.Identity == CurrentIdentity() ? function() : OnOwnThread(() =>
        {
            if (Interop.Libc.SetNs(target.Handle, Interop.Libc.CLONE_NEWNET) < 0)
            {
                throw LinuxException.Last($"netns {target.Name}", "setns");
            }

            return function();
        });
    }

    /// <summary>Runs a function inside this namespace: see <see cref="Run{T}(NetworkNamespace?, Func{T})"/>.</summary>
    public T Run<T>(Func<T> function) => Run(this, function);

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public void Run(Action action) => Run(this, () =>
    {
        action();
        return 0;
    });

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    /// <summary>A new namespace without a name, which ends with its last user.</summary>
    internal static NetworkNamespace CreateAnonymous(string name) => OnOwnThread(() =>
        Interop.Libc.Unshare(Interop.Libc.CLONE_NEWNET) < 0 ? throw LinuxException.Last($"netns {name}", "unshare") : OpenCurrent(name));

    /// <summary>The namespace of the calling thread.</summary>
    internal static NetworkNamespace OpenCurrent(string name = "of this process") => OpenPath(ThreadPath, name);

    /// <summary>The namespace of the process, which its first thread is in.</summary>
    internal static NetworkNamespace OpenHome() => OpenPath("/proc/self/ns/net", "of this process");

    /// <summary>Takes over a descriptor of a namespace.</summary>
    internal static NetworkNamespace FromHandle(SafeFileHandle handle, string name) => new(handle, name);

    /// <summary>The <see cref="Identity"/> of the calling thread's namespace.</summary>
    internal static string CurrentIdentity() => File.ResolveLinkTarget(ThreadPath, returnFinalTarget: false)?.Name ?? "";

    private static NetworkNamespace OpenPath(string path, string name)
    {
        SafeFileHandle handle = Interop.Libc.Open(path, Interop.Libc.O_RDONLY | Interop.Libc.O_CLOEXEC);
        return handle.IsInvalid ? throw LinuxException.Last($"netns {name}", $"open {path}") : new(handle, name);
    }

    private static void CheckName(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().IndexOfAny('/', '\0') >= 0)
        {
            throw new LinuxException($"netns {name}", "open", Errno.EINVAL, "a namespace has a name without slash, or an absolute path");
        }
    }

    private static T OnOwnThread<T>(Func<T> function)
    {
        T result = default!;
        ExceptionDispatchInfo? thrown = null;
        Thread thread = new(
            () =>
            {
#pragma warning disable CA1031 // Thrown again on the caller's thread.
                try
                {
                    result = function();
                }
                catch (Exception e)
                {
                    thrown = ExceptionDispatchInfo.Capture(e);
                }
#pragma warning restore CA1031
            },
            maxStackSize: 256 * 1024) { IsBackground = true, Name = "vswitch-netns" };
        try
        {
            thread.UnsafeStart();
        }
        catch (OutOfMemoryException)
        {
            // What .NET says of any thread that can't be started.
            throw new LinuxException("netns", "start a thread", Errno.EAGAIN, "raise the limits of descriptors, threads and memory: ulimit -n, -u, -v");
        }

        thread.Join();
        thrown?.Throw();
        return result;
    }
}
