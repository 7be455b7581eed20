using System.Numerics;
using VSwitch.Identifiers;

namespace VSwitch.Routing;

/// <summary>All prefixes that share the octets in front of one, and end in it; and what continues behind each value of that octet.</summary>
/// <remarks>
/// The 256 values of the octet fall into runs with the same longest prefix; a value that something continues behind is a run of its own. A bitmap marks
/// where runs begin, so that counting bits finds the run of a value. Immutable, save for the children, each of which is replaced by one write.
/// </remarks>
internal sealed class PrefixNode
{
    private readonly IpAddressKey _key;   // the octets in front of the node's, the rest zero
    private readonly IpAddressKey _mask;  // those octets
    private readonly int _shift;
    private readonly bool _isLow;
    private readonly uint _counts;        // runs that begin in front of each 64 values, 8 bits each
    private readonly ulong _starts0;
    private readonly ulong _starts1;
    private readonly ulong _starts2;
    private readonly ulong _starts3;
    private readonly PrefixRun[] _runs;

    /// <summary>Makes a node of what was painted.</summary>
    internal PrefixNode(int octet, IpAddressKey anyKey, PrefixLeaf[] own, PrefixCanvas canvas)
    {
        Octet = octet;
        Own = own;
        _mask = IpPrefix.MaskOf(octet * 8);
        _key = new(anyKey.High & _mask.High, anyKey.Low & _mask.Low);
        _isLow = octet >= 8;
        _shift = 56 - (8 * (octet & 7));
        foreach (PrefixLeaf leaf in own)
        {
            canvas.Paint(ValueOf(leaf.Key), 1 << (((octet + 1) * 8) - leaf.Length), leaf.Value);
        }

        (_runs, ChildCount) = canvas.Finish(out _starts0, out _starts1, out _starts2, out _starts3);
        int in0 = BitOperations.PopCount(_starts0);
        int in1 = in0 + BitOperations.PopCount(_starts1);
        int in2 = in1 + BitOperations.PopCount(_starts2);
        _counts = (uint)((in0 << 8) | (in1 << 16) | (in2 << 24));
    }

    /// <summary>Which octet of an address the node looks at: 0 to 15.</summary>
    internal int Octet { get; }

    /// <summary>The prefixes that end here, the shorter ones first.</summary>
    internal PrefixLeaf[] Own { get; }

    /// <summary>Values of the octet that something continues behind.</summary>
    internal int ChildCount { get; }

    internal IpAddressKey Key => _key;

    internal ReadOnlySpan<PrefixRun> Runs => _runs;

    internal bool Covers(IpAddressKey address) =>
        (((address.High ^ _key.High) & _mask.High) | ((address.Low ^ _key.Low) & _mask.Low)) == 0;

    /// <summary>The run of the octet that an address has here.</summary>
    internal ref PrefixRun RunOf(IpAddressKey address)
    {
        int value = ValueOf(address);
        int word = value >> 6;
        ulong starts = word < 2 ? (word == 0 ? _starts0 : _starts1) : (word == 2 ? _starts2 : _starts3);
        int before = (int)(byte)(_counts >> (word * 8));
        return ref _runs[before + BitOperations.PopCount(starts << (63 - (value & 63))) - 1];
    }

    internal int ValueOf(IpAddressKey address) => (byte)((_isLow ? address.Low : address.High) >> _shift);
}
