using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using VSwitch.Classifying;
using VSwitch.Frames;

namespace VSwitch.Devices.Dissecting;

/// <summary>The main loop of a process that a <see cref="GuardedDissector"/> starts: asks a dissector about the packets that come in on standard input.</summary>
/// <remarks>
/// A dissector becomes a program by one line: <c>return DissectorHost.Run(new MyDissector());</c>. Before the dissector sees anything, the process gives up its
/// capabilities and limits its memory. It ends when standard input does, even while the dissector loops: so it never outlives its parent.
/// </remarks>
public static class DissectorHost
{
    /// <summary>The environment variable with the octets of memory that the process may take, its heap and all else.</summary>
    internal const string MemoryVariable = "VSWITCH_DISSECTOR_MEMORY";

    private const int StackOctets = 1024 * 1024;
    private const int ExitParentGone = 0;
    private const int ExitBadRequest = 65; // sysexits.h: EX_DATAERR
    private const int ExitExhausted = 71;  // EX_OSERR

    // An empty UDP datagram: has the dissector compiled and its tables made before the first packet is on the clock.
    private static readonly byte[] s_warmUp = Convert.FromHexString("0200000000020200000000010800" + "4500001c00000000401166cf" + "0a0000010a000002" + "0400040100080000");

    /// <summary>Serves until standard input ends.</summary>
    /// <param name="dissector">Asked on one thread, one packet at a time.</param>
    /// <returns>Never: the process ends with its parent's end of the pipe.</returns>
    public static int Run(IPacketDissector dissector)
    {
        ArgumentNullException.ThrowIfNull(dissector);
        Confine();
        using Stream requests = Console.OpenStandardInput();
        using Stream replies = Console.OpenStandardOutput();
        Console.SetIn(TextReader.Null);
        Console.SetOut(TextWriter.Null); // what the dissector prints is no reply
        Console.SetError(TextWriter.Null);

        var request = new byte[DissectorMessage.MaxRequest];
        using var given = new SemaphoreSlim(0);
        new Thread(() => Work(dissector, request, given, replies), StackOctets) { IsBackground = true, Name = "dissector" }.Start();
        while (TryReceive(requests, request))
        {
            given.Release();
        }

        return ExitParentGone;
    }

    [SuppressMessage("Reliability", "CA2022", Justification = "the loop reads all")]
    private static bool TryReceive(Stream requests, byte[] request)
    {
        if (!TryFill(requests, request.AsSpan(0, DissectorMessage.RequestHeader)))
        {
            Interop.Libc.Exit(ExitParentGone);
        }

        if (!DissectorMessage.TryReadRequestHeader(request, out _, out _, out int length) || !TryFill(requests, request.AsSpan(DissectorMessage.RequestHeader, length)))
        {
            Interop.Libc.Exit(ExitBadRequest);
        }

        return true;
    }

    private static bool TryFill(Stream stream, Span<byte> octets) => stream.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false) == octets.Length;

    private static void Work(IPacketDissector dissector, byte[] request, SemaphoreSlim given, Stream replies)
    {
        var reply = new byte[DissectorMessage.Reply];
        try
        {
            _ = Ask(dissector, s_warmUp, LinkLayer.Ethernet, out _);
            DissectorMessage.WriteReply(reply, 0, DissectorStatus.Read, default);
            while (true)
            {
                replies.Write(reply);
                replies.Flush();
                given.Wait();
                _ = DissectorMessage.TryReadRequestHeader(request, out uint sequence, out LinkLayer linkLayer, out int length);
                DissectorStatus status = Ask(dissector, request.AsSpan(DissectorMessage.RequestHeader, length), linkLayer, out PacketFacts facts);
                DissectorMessage.WriteReply(reply, sequence, status, facts);
            }
        }
        catch (Exception error)
        {
            Interop.Libc.Exit(error is IOException ? ExitParentGone : ExitExhausted);
        }
    }

    private static DissectorStatus Ask(IPacketDissector dissector, ReadOnlySpan<byte> octets, LinkLayer linkLayer, out PacketFacts facts)
    {
        try
        {
            return dissector.TryDissect(octets, linkLayer, out facts) ? DissectorStatus.Read : DissectorStatus.NotRead;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            facts = default;
            return DissectorStatus.Threw;
        }
    }

    // What is not allowed here was not there to give up, or is limited already: then the guard's time limit is what is left.
    private static void Confine()
    {
        _ = Interop.Libc.Prctl(Interop.Libc.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        _ = Interop.Libc.CapSet(new(Interop.Libc._LINUX_CAPABILITY_VERSION_3), default);
        _ = Interop.Libc.SetRLimit(Interop.Libc.RLIMIT_CORE, new(0));
        _ = Interop.Libc.SetRLimit(Interop.Libc.RLIMIT_FSIZE, new(0));
        if (ulong.TryParse(Environment.GetEnvironmentVariable(MemoryVariable), NumberStyles.None, CultureInfo.InvariantCulture, out ulong octets))
        {
            _ = Interop.Libc.SetRLimit(Interop.Libc.RLIMIT_DATA, new(octets));
        }
    }
}
