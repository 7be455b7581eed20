using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using VSwitch.Classifying;
using VSwitch.Frames;

namespace VSwitch.Devices.Dissecting;

/// <summary>A dissector in a process of its own, asked one packet at a time, each within a time limit. Whatever it does, no call here waits longer than that, or throws.</summary>
/// <remarks>One thread asks; <see cref="Kill"/> is for any.</remarks>
internal sealed class DissectorProcess : IDisposable
{
    private const long OtherMemory = 256L << 20; // runtime, code, stacks
    private const int KillMilliseconds = 1000;   // until the kernel has taken a killed process away

    private readonly Process _process;
    private readonly Stream _requests;
    private readonly PipeStream _replies;
    private readonly byte[] _request = new byte[DissectorMessage.MaxRequest];
    private readonly byte[] _reply = new byte[DissectorMessage.Reply];
    private uint _sequence;

    private DissectorProcess(Process process)
    {
        _process = process;
        _requests = process.StandardInput.BaseStream;
        _replies = (PipeStream)process.StandardOutput.BaseStream;
        process.StandardError.Dispose(); // nobody would read it, and a full pipe would stop the process
    }

    internal int Id => _process.Id;

    /// <summary>Starts the process.</summary>
    /// <returns>Null when it can't be started.</returns>
    internal static DissectorProcess? TryStart(GuardedDissectorOptions options)
    {
        var info = new ProcessStartInfo(options.FileName, options.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        string root = Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        info.Environment.Clear();
        info.Environment["DOTNET_ROOT"] = root;
        info.Environment["DOTNET_GCHeapHardLimit"] = options.HeapOctets.ToString("X", CultureInfo.InvariantCulture);
        info.Environment["DOTNET_gcServer"] = "0";
        info.Environment["DOTNET_EnableDiagnostics"] = "0";
        info.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // it needs a file, and the process may write none
        info.Environment[DissectorHost.MemoryVariable] = (options.HeapOctets + OtherMemory).ToString(CultureInfo.InvariantCulture);
        var process = new Process { StartInfo = info };
        try
        {
            process.Start();
            return new(process);
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException or IOException)
        {
            process.Dispose();
            return null;
        }
    }

    /// <summary>Waits until the dissector can be asked.</summary>
    internal bool IsReady(TimeSpan limit) => Receive(0, limit, out _) == DissectorOutcome.Read;

    /// <summary>Asks about a packet.</summary>
    /// <param name="octets">At most <see cref="DissectorMessage.MaxOctets"/>.</param>
    /// <param name="linkLayer">What they begin with.</param>
    /// <param name="limit">How long the answer may take.</param>
    /// <param name="facts">What the dissector saw, on <see cref="DissectorOutcome.Read"/>.</param>
    internal DissectorOutcome Ask(ReadOnlySpan<byte> octets, LinkLayer linkLayer, TimeSpan limit, out PacketFacts facts)
    {
        facts = default;
        int length = DissectorMessage.WriteRequest(_request, ++_sequence, linkLayer, octets);
        try
        {
            _requests.Write(_request, 0, length); // never waits: the pipe holds more than one request, and the one before was replied to
            _requests.Flush();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return DissectorOutcome.Died;
        }

        return Receive(_sequence, limit, out facts);
    }

    /// <summary>Ends the process: this one, by its id, and only as long as it has not ended by itself.</summary>
    internal void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            // It has ended.
        }
    }

    /// <summary>Kills the process and waits until it is gone.</summary>
    public void Dispose()
    {
        Kill();
        _process.WaitForExit(KillMilliseconds);
        _requests.Dispose();
        _replies.Dispose();
        _process.Dispose();
    }

    private DissectorOutcome Receive(uint sequence, TimeSpan limit, out PacketFacts facts)
    {
        facts = default;
        long end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        try
        {
            for (int got = 0; got < _reply.Length;)
            {
                if (!WaitForReply(end))
                {
                    return DissectorOutcome.TimedOut;
                }

                int read = _replies.Read(_reply, got, _reply.Length - got);
                if (read <= 0)
                {
                    return DissectorOutcome.Died;
                }

                got += read;
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return DissectorOutcome.Died;
        }

        if (!DissectorMessage.TryReadReply(_reply, sequence, out DissectorStatus status, out facts))
        {
            return DissectorOutcome.Garbage;
        }

        return status switch
        {
            DissectorStatus.Read => DissectorOutcome.Read,
            DissectorStatus.NotRead => DissectorOutcome.NotRead,
            _ => DissectorOutcome.Threw,
        };
    }

    /// <summary>Waits for octets or the end of the pipe: a read does not wait then. (A killed process may have children that keep the pipe open.)</summary>
    private bool WaitForReply(long end)
    {
        bool isLeased = false;
        try
        {
            _replies.SafePipeHandle.DangerousAddRef(ref isLeased);
            var one = new Interop.Libc.PollFd { Fd = (int)_replies.SafePipeHandle.DangerousGetHandle(), Events = Interop.Libc.POLLIN };
            while (true)
            {
                long left = Math.Max(0, end - Environment.TickCount64);
                if (Interop.Libc.Poll(ref one, 1, (int)left) > 0)
                {
                    return true;
                }

                if (left == 0)
                {
                    return false;
                }
            }
        }
        finally
        {
            if (isLeased)
            {
                _replies.SafePipeHandle.DangerousRelease();
            }
        }
    }
}
