using System.Buffers.Binary;
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
        RunPackets();
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

    /// <summary>Packets that take the turns of layer 3: a neighbour is asked for and answers, packets go from a TUN to a TAP and back, and by a gateway.</summary>
    private static void RunPackets()
    {
        var @switch = new VirtualSwitch();
        (PipeDevice insideA, PipeDevice a) = PipeDevice.CreatePair("hot-tap");
        (PipeDevice insideB, PipeDevice b) = PipeDevice.CreatePair("hot-tun", linkLayer: LinkLayer.Ip);
        @switch.AddPort(insideA);
        SwitchPort tun = @switch.AddPort(insideB, options: new PortOptions { Addresses = [IpPrefix.Parse("10.0.0.2/24")] });
        @switch.AddGateway(IpPrefix.Parse("10.1.0.254/24"));
        var batch = new FrameBatch(8);
        byte[] toTap = Frame(default, default, 0, from: 0x0A000002, to: 0x0A000001)[EthernetHeader.Length..];
        Exchange(@switch, b, a, batch, toTap, default);
        Exchange(@switch, a, b, batch, ArpReply(tun.HardwareAddress!.Value, s_a), default);
        Exchange(@switch, b, a, batch, toTap, default);
        Exchange(@switch, a, b, batch, Frame(tun.HardwareAddress.Value, s_a, 0, from: 0x0A000001, to: 0x0A000002), default);
        Exchange(@switch, a, b, batch, Frame(@switch.HardwareAddress, s_a, 0, from: 0x0A010001, to: 0x0A000002), default);
        @switch.Advance();
    }

    /// <summary>10.0.0.1 is at <paramref name="from"/>.</summary>
    private static byte[] ArpReply(MacAddress to, MacAddress from)
    {
        byte[] frame = new byte[EthernetHeader.Length + 28];
        EthernetHeader.Write(frame, to, from, EtherType.Arp);
        ReadOnlySpan<byte> fixedPart = [0, 1, 8, 0, 6, 4, 0, 2];
        Span<byte> arp = frame.AsSpan(EthernetHeader.Length);
        fixedPart.CopyTo(arp);
        from.Write(arp[8..]);
        BinaryPrimitives.WriteUInt32BigEndian(arp[14..], 0x0A000001);
        to.Write(arp[18..]);
        BinaryPrimitives.WriteUInt32BigEndian(arp[24..], 0x0A000002);
        return frame;
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
    private static byte[] Frame(MacAddress toStation, MacAddress fromStation, int payload, uint from = 0, uint to = 0)
    {
        const int Headers = EthernetHeader.Length + 40;
        var frame = new byte[Headers + payload];
        EthernetHeader.Write(frame, toStation, fromStation, EtherType.IPv4);
        Span<byte> ip = frame.AsSpan(EthernetHeader.Length);
        ip[0] = 0x45;
        ip[2] = (byte)((40 + payload) >> 8);
        ip[3] = (byte)(40 + payload);
        ip[8] = 64; // its time to live
        ip[9] = 6; // TCP
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], from);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], to);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], (ushort)~InternetChecksum.Sum(ip[..20]));
        ip[32] = 5 << 4; // its data offset
        return frame;
    }
}
