using System.Globalization;

namespace VSwitch.Identifiers;

/// <summary>Names one port for as long as it is plugged in, and never again afterwards.</summary>
/// <param name="Value">The place in the switch's port table (low 16 bits) and how often that place was given away (8 bits above).</param>
/// <remarks>
/// A place is used again after its port was unplugged; the generation differs then, so that nothing
/// learned for the former port can be taken for the new one.
/// </remarks>
public readonly record struct PortId(uint Value)
{
    internal const int GenerationMask = 0xFF;

    /// <summary>Ports that a switch can hold at once.</summary>
    public const int MaxPorts = 4096;

    /// <summary>No port: place 65,535 is never given away.</summary>
    public static PortId None => new(0xFFFF);

    /// <summary>The switch itself, as the origin of frames: no device, and no place in the table.</summary>
    internal static PortId Switch => new(0xFFFE);

    internal PortId(int index, int generation)
        : this((uint)index | ((uint)(generation & GenerationMask) << 16))
    {
    }

    /// <summary>The place in the switch's port table.</summary>
    public int Index => (int)(Value & 0xFFFF);

    /// <summary>How often the place was given away before, modulo 256.</summary>
    public int Generation => (int)(Value >> 16) & GenerationMask;

    /// <summary>The place, as a number.</summary>
    public override string ToString() => this == None ? "none" : this == Switch ? "switch" : Index.ToString(CultureInfo.InvariantCulture);
}
