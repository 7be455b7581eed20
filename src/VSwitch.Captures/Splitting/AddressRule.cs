using VSwitch.Identifiers;

namespace VSwitch.Captures.Splitting;

/// <summary>Matches IP packets by their addresses; it is not about others.</summary>
/// <param name="kind">Which addresses.</param>
/// <param name="networks">Where they have to be.</param>
public sealed class AddressRule(AddressRuleKind kind, IEnumerable<IpPrefix> networks) : IPacketRule
{
    private readonly AddressSet _networks = new(networks);

    /// <inheritdoc/>
    public bool? Matches(long number, ReadOnlySpan<byte> frame)
    {
        if (!PacketSight.TryRead(frame, out PacketSight sight))
        {
            return null;
        }

        (bool source, bool destination) = (_networks.Contains(sight.Source), _networks.Contains(sight.Destination));
        return kind switch
        {
            AddressRuleKind.Source => source,
            AddressRuleKind.Destination => destination,
            AddressRuleKind.Both => source && destination,
            _ => source || destination,
        };
    }
}
