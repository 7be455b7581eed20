using VSwitch.Identifiers;

namespace VSwitch.Captures.Splitting;

/// <summary>Networks, asked for addresses.</summary>
internal sealed class AddressSet(IEnumerable<IpPrefix> networks)
{
    private readonly IpPrefix[] _networks = [.. networks];

    internal bool Contains(IpAddressKey address)
    {
        foreach (IpPrefix network in _networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
