namespace VSwitch.CompareBench.Lab;

/// <summary>How large a subject is to be.</summary>
/// <param name="Ports">How many interfaces; two at least.</param>
/// <param name="Stations">How many stations it is told to have room for.</param>
internal readonly record struct Shape(int Ports, int Stations)
{
    /// <summary>Two ports, and room for 8,192 stations: what most switches have when nobody says otherwise.</summary>
    public static Shape Pair => new(2, 8192);
}
