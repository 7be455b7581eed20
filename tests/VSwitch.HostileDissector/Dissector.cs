using System.Buffers.Binary;
using System.Diagnostics;
using VSwitch.Classifying;
using VSwitch.Frames;

namespace VSwitch.HostileDissector;

/// <summary>A dissector that does what the UDP destination port of a packet tells it to.</summary>
internal sealed class Dissector : IPacketDissector
{
    private readonly SpanDissector _honest = new();
    private readonly List<object> _held = [];

    public string Name => "hostile";

    public bool TryDissect(ReadOnlySpan<byte> octets, LinkLayer linkLayer, out PacketFacts facts)
    {
        bool isRead = _honest.TryDissect(octets, linkLayer, out facts);
        switch ((Deed)facts.DestinationPort)
        {
            case Deed.Answer:
                facts = facts with { Application = 7 };
                break;
            case Deed.TellLength:
                facts = facts with { Application = (ushort)octets.Length };
                break;
            case Deed.Decline:
                return false;
            case Deed.Throw:
                throw new InvalidOperationException("a dissector's own");
            case Deed.Loop:
                Loop();
                break;
            case Deed.ExhaustHeap:
                Exhaust(() => new byte[100_000]);
                break;
            case Deed.ExhaustHeapAndCatch:
                while (true)
                {
                    try
                    {
                        Exhaust(() => new byte[100_000]);
                    }
                    catch (OutOfMemoryException)
                    {
                    }
                }

            case Deed.OverflowStack:
                return Recurse(octets.Length) > 0;
            case Deed.Exit:
                Environment.Exit(3);
                break;
            case Deed.Abort:
                Environment.FailFast("on purpose");
                break;
            case Deed.WriteGarbage:
                using (var output = new FileStream("/proc/self/fd/1", FileMode.Open, FileAccess.Write))
                {
                    output.Write(new byte[5000]);
                }

                break;
            case Deed.Print:
                Console.WriteLine("chatter");
                Console.Error.WriteLine(new string('x', 200_000));
                facts = facts with { Application = 8 };
                break;
            case Deed.TellRights:
                facts = facts with { Application = (ushort)(IsConfined() ? 9 : 10) };
                break;
            case Deed.LeaveChildBehind:
                _held.Add(Process.Start(new ProcessStartInfo("/bin/sleep", "20") { UseShellExecute = false })!);
                Loop();
                break;
        }

        return isRead;
    }

    private static void Loop()
    {
        for (long i = 0; i >= 0; i = (i + 1) & int.MaxValue)
        {
        }
    }

    private void Exhaust(Func<object> next)
    {
        while (true)
        {
            _held.Add(next());
        }
    }

    private static int Recurse(int depth)
    {
        Span<byte> frame = stackalloc byte[64];
        BinaryPrimitives.WriteInt32BigEndian(frame, depth);
        return Recurse(depth + 1) + frame[3];
    }

    /// <summary>No capabilities, no way to new ones, no descriptors but its own, no file that it could write.</summary>
    private static bool IsConfined()
    {
        string[] status = File.ReadAllLines("/proc/thread-self/status");
        bool hasNone = status.Contains("CapEff:\t0000000000000000") && status.Contains("CapPrm:\t0000000000000000") && status.Contains("NoNewPrivs:\t1");
        bool isLimited = File.ReadLines("/proc/self/limits").Any(l => l.StartsWith("Max file size", StringComparison.Ordinal) && l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3] == "0");
        bool hasEnvironment = Environment.GetEnvironmentVariable("VSWITCH_CAPTURES") is not null || Environment.GetEnvironmentVariable("HOME") is not null;
        return hasNone && isLimited && !hasEnvironment;
    }
}
