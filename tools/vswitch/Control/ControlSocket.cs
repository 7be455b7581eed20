using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using VSwitch.Terminal;

namespace VSwitch.Tool.Control;

/// <summary>The listening socket of a switch: only its user may connect, from the moment it is there.</summary>
internal sealed class ControlSocket : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Backlog = 128; // who connects before anybody answers waits here
    private const int NoSuchDeviceOrAddress = 6; // ENXIO: what opening a socket as a file says
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private ControlSocket(Socket listener) => Listener = listener;

    /// <summary>It listens; when it is disposed of, its file goes.</summary>
    internal Socket Listener { get; }

    /// <summary>Makes the socket, and its directory if that is missing; one that a dead process left is replaced.</summary>
    /// <exception cref="UserException">It can't be made, or another switch has it.</exception>
    internal static ControlSocket Open(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnly | UnixFileMode.UserExecute);
            using FileStream gate = Lock(path);
            MakeRoom(path);
            return Listen(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SocketException)
        {
            throw new UserException($"{path}: {error.Message}: choose another --control, or off", error);
        }
    }

    public void Dispose() => Listener.Dispose();

    /// <summary>Whether a process listens at a socket.</summary>
    internal static bool IsLive(string path)
    {
        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode is not (SocketError.ConnectionRefused or SocketError.AddressNotAvailable); // refused: nobody there
        }
    }

    // Between the look at an old socket and the making of the new one nobody else may do the same: he would take the new one for the old.
    private static FileStream Lock(string path)
    {
        for (long start = Environment.TickCount64; ; Thread.Yield())
        {
            try
            {
                return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (File.Exists(path + ".lock") && Environment.TickCount64 - start < s_patience.TotalMilliseconds)
            {
                // Another switch starts at the same moment.
            }
        }
    }

    private static void MakeRoom(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        if (!IsSocket(path))
        {
            throw new UserException($"{path} is there, and is no socket: choose another --control");
        }

        if (IsLive(path))
        {
            throw new UserException($"a switch runs at {path} already: choose another --name or --control");
        }

        File.Delete(path);
    }

    private static bool IsSocket(string path)
    {
        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite).Dispose();
            return false;
        }
        catch (IOException error)
        {
            return error.HResult == NoSuchDeviceOrAddress;
        }
    }

    private static ControlSocket Listen(string path)
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // bind(2) gives the file the mode that the socket has: it is right from the first moment.
            using (SafeFileHandle handle = new(listener.Handle, ownsHandle: false))
            {
                File.SetUnixFileMode(handle, OwnerOnly);
            }

            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(Backlog);
            return new(listener);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }
}
