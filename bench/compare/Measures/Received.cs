using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>What became of the frames that the generator sent.</summary>
/// <param name="OfferedPerSecond">While it was counted, with those that a full ring refused.</param>
/// <param name="ReceivedPerSecond">At the interface they were for.</param>
/// <param name="OthersPerSecond">At those that only listen.</param>
/// <param name="Loss">Of all that was offered, from the first to what came after the last, as a share; a stray frame of the kernel's is no gain.</param>
/// <param name="Silent">Interfaces at which nothing came in.</param>
internal readonly record struct Received(double OfferedPerSecond, double ReceivedPerSecond, double OthersPerSecond, double Loss, int Silent)
{
    public static Received Parse(string output)
    {
        double offered = NativeTools.Value(output, "offered");
        return new Received(
            NativeTools.Value(output, "offered_per_second"),
            NativeTools.Value(output, "received_per_second"),
            NativeTools.Value(output, "others_per_second"),
            offered > 0 ? Math.Max(0, 1 - (NativeTools.Value(output, "received") / offered)) : 1,
            (int)NativeTools.Value(output, "silent"));
    }
}
