using System.Globalization;

namespace VSwitch.Devices.Utun;

/// <summary>Names of utun interfaces: <c>utun</c> and a number.</summary>
internal static class UtunName
{
    /// <summary>What an error is about while the interface has no name.</summary>
    internal const string Prefix = "utun";

    /// <summary>The unit that the control socket is connected to: the number, and one.</summary>
    /// <param name="name">Empty: the kernel chooses, which is unit 0.</param>
    /// <exception cref="ArgumentException">It is not such a name.</exception>
    internal static uint UnitOf(string name)
    {
        if (name.Length == 0)
        {
            return 0;
        }

        bool isName = name.StartsWith(Prefix, StringComparison.Ordinal)
            && ushort.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)
            && name == string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}");
        return isName
            ? uint.Parse(name.AsSpan(Prefix.Length), CultureInfo.InvariantCulture) + 1
            : throw new ArgumentException($"'{name}' is no name for a utun: it is utun and a number, or empty for the kernel's choice", nameof(name));
    }
}
