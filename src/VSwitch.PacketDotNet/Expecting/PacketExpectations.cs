using PacketDotNet;
using VSwitch.Testing;

namespace VSwitch.PacketDotNet.Expecting;

/// <summary>Expectations in terms of PacketDotNet: <c>lab.Expect(port).Packets&lt;TcpPacket&gt;(p =&gt; p.DestinationPort == 80, count: 3)</c>.</summary>
/// <remarks>
/// A frame counts once, however many of its layers match; the layer's <c>ParentPacket</c> leads outwards. Each frame is parsed anew, from a copy. One on which PacketDotNet or the condition throws does not
/// match, and the message of a failure says how many those were. Some crafted frames make PacketDotNet end the process, which no library can catch: hostile captures belong behind filters.
/// </remarks>
public static class PacketExpectations
{
    /// <summary>So many frames with a layer of a type that fulfils a condition; what else came does not matter.</summary>
    /// <param name="expectation">Of a port.</param>
    /// <param name="condition">Null for any layer of the type.</param>
    /// <param name="count">Neither more nor fewer.</param>
    /// <typeparam name="T">The layer.</typeparam>
    /// <exception cref="ExpectationException">There are more or fewer.</exception>
    public static PortExpectation Packets<T>(this PortExpectation expectation, Func<T, bool>? condition, long count)
        where T : Packet => Check(expectation, condition, count, count);

    /// <summary>So many frames with a layer of a type.</summary>
    /// <inheritdoc cref="Packets{T}(PortExpectation, Func{T, bool}?, long)"/>
    public static PortExpectation Packets<T>(this PortExpectation expectation, long count)
        where T : Packet => Check<T>(expectation, null, count, count);

    /// <summary>So many frames or more with a layer of a type that fulfils a condition.</summary>
    /// <inheritdoc cref="Packets{T}(PortExpectation, Func{T, bool}?, long)"/>
    /// <exception cref="ExpectationException">There are fewer.</exception>
    public static PortExpectation AtLeastPackets<T>(this PortExpectation expectation, long count, Func<T, bool>? condition = null)
        where T : Packet => Check(expectation, condition, count, long.MaxValue);

    /// <summary>No frame with a layer of a type that fulfils a condition. One that PacketDotNet can't read is none.</summary>
    /// <inheritdoc cref="Packets{T}(PortExpectation, Func{T, bool}?, long)"/>
    /// <exception cref="ExpectationException">There is one.</exception>
    public static PortExpectation NoPackets<T>(this PortExpectation expectation, Func<T, bool>? condition = null)
        where T : Packet => Check(expectation, condition, 0, 0);

    private static PortExpectation Check<T>(PortExpectation expectation, Func<T, bool>? condition, long least, long most)
        where T : Packet
    {
        ArgumentNullException.ThrowIfNull(expectation);
        var guarded = new GuardedPacket();
        string what = condition is null ? $"frames with a {typeof(T).Name}" : $"frames with a {typeof(T).Name} that fulfils the condition";
        return expectation.Matching(frame => guarded.Find(frame.Octets, frame.LinkLayer, condition) is not null, least, most, what, () => guarded.Remark);
    }
}
