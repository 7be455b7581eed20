using System.Diagnostics.CodeAnalysis;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Terminal;
using VSwitch.Vlans;

namespace VSwitch.Tool.Ports;

/// <summary>Reads VLANs, and how many stations they may have.</summary>
internal static class VlanParser
{
    /// <summary>What <see cref="TryParseLimit"/> takes at most.</summary>
    internal const int MaxStations = 1 << 20;

    private const int LastVid = 4094; // IEEE Std 802.1Q: 4095 is reserved

    /// <summary>Takes 1 to 4094.</summary>
    internal static bool TryParseVid(string text, out VlanId vlan)
    {
        bool isVid = Quantity.TryParseCount(text, 1, LastVid, out int vid);
        vlan = new VlanId((ushort)vid);
        return isVid;
    }

    /// <summary>Takes <c>10+20+30-40</c> or <c>all</c>: one VLAN at least.</summary>
    internal static bool TryParseSet(string text, [NotNullWhen(true)] out VlanSet? vlans) => VlanSet.TryParse(text, null, out vlans) && vlans.Count > 0;

    /// <summary>Takes <c>WIRE:INSIDE+WIRE:INSIDE</c>.</summary>
    internal static bool TryParseTranslations(string text, out IReadOnlyList<VlanTranslation> translations)
    {
        var read = new List<VlanTranslation>();
        translations = read;
        foreach (string[] pair in text.Split('+').Select(p => p.Split(':')))
        {
            if (pair.Length != 2 || !TryParseVid(pair[0], out VlanId wire) || !TryParseVid(pair[1], out VlanId inside))
            {
                return false;
            }

            read.Add(new VlanTranslation(wire, inside));
        }

        return true;
    }

    /// <summary>Takes <c>N</c> or <c>N:ACTION</c>.</summary>
    /// <param name="text">As the user wrote it.</param>
    /// <param name="actions">Those that may stand there.</param>
    /// <param name="limit">The limit, when the result is true; drop is what goes without saying.</param>
    internal static bool TryParseLimit(string text, ReadOnlySpan<StationLimitAction> actions, [NotNullWhen(true)] out StationLimit? limit)
    {
        limit = null;
        string[] parts = text.Split(':');
        if (parts.Length > 2 || !Quantity.TryParseCount(parts[0], 0, MaxStations, out int max))
        {
            return false;
        }

        foreach (StationLimitAction action in actions)
        {
            if (parts.Length == 1 ? action == StationLimitAction.Drop : parts[1] == WordOf(action))
            {
                limit = new StationLimit(max, action);
            }
        }

        return limit is not null;
    }

    private static string WordOf(StationLimitAction action) => action switch
    {
        StationLimitAction.Drop => "drop",
        StationLimitAction.Flood => "flood",
        _ => "shutdown",
    };
}
