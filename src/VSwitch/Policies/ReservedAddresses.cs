using System.Globalization;

namespace VSwitch.Policies;

/// <summary>What a port does with each of the reserved addresses 01-80-C2-00-00-00 to -2F. Immutable.</summary>
/// <remarks>MAC control frames (PAUSE) end at the first hop whatever stands here. Sources: IEEE Std 802.1Q-2018, tables 8-1 and 10-1; the words pass, drop (discard) and peer are those of MEF 45.</remarks>
public sealed class ReservedAddresses : IEquatable<ReservedAddresses>
{
    /// <summary>Addresses that the policy is about.</summary>
    public const int Count = 0x30;

    private static readonly Dictionary<string, byte> s_names = new(StringComparer.Ordinal)
    {
        ["stp"] = 0x00, ["lacp"] = 0x02, ["eapol"] = 0x03, ["lldp"] = 0x0E, ["mmrp"] = 0x20, ["mvrp"] = 0x21,
    };

    private readonly ReservedAddressAction[] _actions;

    private ReservedAddresses(ReservedAddressAction[] actions) => _actions = actions;

    /// <summary>The same for all of them.</summary>
    public ReservedAddresses(ReservedAddressAction action)
    {
        _actions = new ReservedAddressAction[Count];
        Array.Fill(_actions, action);
    }

    /// <summary>As a bridge has it.</summary>
    public static ReservedAddresses Standard { get; } = new(ReservedAddressAction.Standard);

    /// <summary>Names of addresses: stp, lacp, eapol, lldp, mmrp, mvrp.</summary>
    public static IEnumerable<string> Names => s_names.Keys;

    /// <summary>What is to be done with frames to an address: <see cref="ReservedAddressAction.Standard"/> is resolved.</summary>
    /// <param name="last">The address's last octet, 0x00 to 0x2F.</param>
    public ReservedAddressAction this[int last] => _actions[last] != ReservedAddressAction.Standard ? _actions[last]
        : last is >= 0x01 and <= 0x0F ? ReservedAddressAction.Drop
        : ReservedAddressAction.Pass;

    /// <summary>The same with one address different.</summary>
    /// <param name="last">The address's last octet, 0x00 to 0x2F.</param>
    /// <param name="action">What is to be done with frames to it.</param>
    public ReservedAddresses With(byte last, ReservedAddressAction action)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(last, Count);
        ReservedAddressAction[] actions = [.. _actions];
        actions[last] = action;
        return new(actions);
    }

    /// <summary>Finds an address by its protocol's name, or by its last octet in hexadecimal.</summary>
    public static bool TryParseAddress(string text, out byte last) =>
        s_names.TryGetValue(text, out last) || (byte.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out last) && last < Count);

    /// <inheritdoc/>
    public bool Equals(ReservedAddresses? other) => other is not null && _actions.AsSpan().SequenceEqual(other._actions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReservedAddresses);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (ReservedAddressAction action in _actions)
        {
            hash.Add(action);
        }

        return hash.ToHashCode();
    }
}
