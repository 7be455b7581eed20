using VSwitch.Policies;

namespace VSwitch.Tool.Ports;

/// <summary>Reads <c>ACTION</c>, <c>ADDRESS:ACTION+...</c>, or both: what holds for all, and behind it what is different.</summary>
internal static class ReservedAddressParser
{
    private const string Actions = "standard, pass or drop";

    /// <returns>What is wrong, or null.</returns>
    internal static string? Parse(string text, out ReservedAddresses addresses)
    {
        addresses = ReservedAddresses.Standard;
        var seen = new HashSet<byte>();
        string[] parts = text.Split('+');
        for (int i = 0; i < parts.Length; i++)
        {
            string[] pair = parts[i].Split(':', 2);
            string word = pair[^1];
            if (word == "peer")
            {
                return $"reserved '{text}': peer needs a program that speaks the protocol, which this command is not: write {Actions}";
            }

            if (ActionOf(word) is not { } action || (pair.Length == 1 && i > 0))
            {
                return $"reserved '{text}' is not {Actions}, with ADDRESS:ACTION behind it or instead of it, such as drop+lldp:pass";
            }

            if (pair.Length == 1)
            {
                addresses = new ReservedAddresses(action);
            }
            else if (!ReservedAddresses.TryParseAddress(pair[0], out byte last))
            {
                return $"reserved '{text}': '{pair[0]}' is not one of {string.Join(", ", ReservedAddresses.Names)}, nor a last octet from 00 to 2f";
            }
            else if (!seen.Add(last))
            {
                return $"reserved '{text}': {pair[0]} is there twice";
            }
            else
            {
                addresses = addresses.With(last, action);
            }
        }

        return null;
    }

    private static ReservedAddressAction? ActionOf(string word) => word switch
    {
        "standard" => ReservedAddressAction.Standard,
        "pass" => ReservedAddressAction.Pass,
        "drop" => ReservedAddressAction.Drop,
        _ => null,
    };
}
