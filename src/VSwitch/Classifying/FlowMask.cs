using VSwitch.Identifiers;

namespace VSwitch.Classifying;

/// <summary>Bits that the flow key of a packet must have, or conditions cannot be met: a few machine words, looked at before the conditions themselves are asked.</summary>
/// <remarks>It may let through what does not meet a condition, and never holds back what does.</remarks>
internal readonly struct FlowMask
{
    private readonly FlowKey _mask;
    private readonly FlowKey _value;

    private FlowMask(in FlowKey mask, in FlowKey value) => (_mask, _value) = (mask, value);

    /// <summary>Fields that must all be there.</summary>
    internal static FlowMask Has(PacketFields fields) => new(new(default, default, 0, 0, (ushort)fields), new(default, default, 0, 0, (ushort)fields));

    /// <summary>Bits of the word with source MAC, and source port or what stands in its place.</summary>
    internal static FlowMask From((ulong Mask, ulong Value) bits) => new(new(default, default, bits.Mask, 0, 0), new(default, default, bits.Value, 0, 0));

    /// <summary>Bits of the word with destination MAC and port.</summary>
    internal static FlowMask To((ulong Mask, ulong Value) bits) => new(new(default, default, 0, bits.Mask, 0), new(default, default, 0, bits.Value, 0));

    /// <summary>Bits of the word with EtherType, VLANs, protocol and fields.</summary>
    internal static FlowMask Kind((ulong Mask, ulong Value) bits) => new(new(default, default, 0, 0, bits.Mask), new(default, default, 0, 0, bits.Value));

    internal static FlowMask Source(IpAddressKey mask, IpAddressKey value) => new(new(mask, default, 0, 0, 0), new(value, default, 0, 0, 0));

    internal static FlowMask Destination(IpAddressKey mask, IpAddressKey value) => new(new(default, mask, 0, 0, 0), new(default, value, 0, 0, 0));

    /// <summary>The bits in which all values agree, in their place in a word.</summary>
    /// <param name="values">What a condition allows; without any, it is never met, and there is nothing to look for.</param>
    /// <param name="bits">Bits of a value, 1 to 48.</param>
    /// <param name="shift">Where they stand in the word.</param>
    internal static (ulong Mask, ulong Value) Common(IEnumerable<ulong> values, int bits, int shift)
    {
        ulong[] all = [.. values];
        if (all.Length == 0)
        {
            return default;
        }

        ulong differing = all.Aggregate(0UL, (d, v) => d | (v ^ all[0]));
        ulong mask = ~differing & ((1UL << bits) - 1);
        return (mask << shift, (all[0] & mask) << shift);
    }

    /// <summary>What both want. Where they contradict each other no packet meets both, and it does not matter what is let through.</summary>
    internal FlowMask And(in FlowMask other) => new(_mask.Union(in other._mask), _value.Union(in other._value));

    internal bool Passes(in FlowKey flow) => flow.Agrees(in _value, in _mask);
}
