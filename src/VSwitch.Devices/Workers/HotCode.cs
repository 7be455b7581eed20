using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Devices.Workers;

/// <summary>Has the way of a frame compiled before the first one comes, so that the first second is as fast as the tenth.</summary>
/// <remarks>Takes tens of milliseconds, once a process. Where tiers are on, the runtime may compile again later.</remarks>
internal static class HotCode
{
    private static readonly MacAddress s_a = new(0x0200_0000_000A);
    private static readonly MacAddress s_b = new(0x0200_0000_000B);
    private static readonly Lazy<bool> s_compiled = new(CompileNow);

    /// <summary>Returns when all is compiled.</summary>
    internal static void Compile() => _ = s_compiled.Value;

    private static bool CompileNow()
    {
        RunFrames();
        Prepare(typeof(Worker));
        Prepare(typeof(EpollSet));
        Prepare(typeof(NativeWatch));
        return true;
    }

    /// <summary>Compiles the methods of a type that no frame in memory reaches.</summary>
    internal static void Prepare(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods)] Type type)
    {
        const BindingFlags All =
            BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        foreach (MethodInfo method in type.GetMethods(All))
        {
            if (!method.IsAbstract && !method.ContainsGenericParameters)
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
            }
        }
    }

    /// <summary>Frames that take every turn: flooded, learned, sent to one port, whole, cut, and finished.</summary>
    private static void RunFrames()
    {
        var @switch = new VirtualSwitch();
        (PipeDevice insideA, PipeDevice a) = PipeDevice.CreatePair("hot-a", offloads: OffloadKinds.All);
        (PipeDevice insideB, PipeDevice b) = PipeDevice.CreatePair("hot-b");
        @switch.AddPort(insideA);
        @switch.AddPort(insideB);
        var batch = new FrameBatch(8);
        Exchange(@switch, a, b, batch, Frame(MacAddress.Broadcast, s_a, 0), default);
        Exchange(@switch, b, a, batch, Frame(s_a, s_b, 0), default);
        Exchange(@switch, a, b, batch, Frame(s_b, s_a, 0), default);
        Exchange(@switch, a, b, batch, Frame(s_b, s_a, 3000), new OffloadInfo
        {
            NeedsCsum = true,
            GsoType = GsoType.TcpIPv4,
            GsoSize = 1448,
            HdrLen = EthernetHeader.Length + 40,
            CsumStart = EthernetHeader.Length + 20,
            CsumOffset = 16,
        });
        @switch.Advance();
    }

    private static void Exchange(VirtualSwitch @switch, PipeDevice from, PipeDevice to, FrameBatch batch, byte[] frame, OffloadInfo offload)
    {
        batch.Clear();
        batch.TryAppend(frame, offload);
        from.TrySend(batch, [0]);
        @switch.Run();
        batch.Clear();
        to.TryReceive(batch);
    }

    /// <summary>A frame with a TCP segment in an IPv4 packet.</summary>
    private static byte[] Frame(MacAddress to, MacAddress from, int payload)
    {
        const int Headers = EthernetHeader.Length + 40;
        var frame = new byte[Headers + payload];
        to.Write(frame);
        from.Write(frame.AsSpan(MacAddress.Length));
        frame[12] = (byte)((int)EtherType.IPv4 >> 8);
        Span<byte> ip = frame.AsSpan(EthernetHeader.Length);
        ip[0] = 0x45;
        ip[2] = (byte)((40 + payload) >> 8);
        ip[3] = (byte)(40 + payload);
        ip[9] = 6; // TCP
        ip[32] = 5 << 4; // its data offset
        return frame;
    }
}
