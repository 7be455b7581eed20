using VSwitch.Bpf;
using VSwitch.Classifying;

namespace VSwitch.AccessControl;

/// <summary>What a list asks a frame for one of its rules: a program, or conditions, or, with neither, nothing.</summary>
internal readonly record struct AccessTest(BpfProgram? Filter, PacketConditions? Conditions)
{
    internal bool IsMetBy(in PacketFacts facts, ref long faults) =>
        Conditions!.CanThrow ? IsMetBySlow(in facts, ref faults) : Conditions.IsMetBy(in facts);

    private bool IsMetBySlow(in PacketFacts facts, ref long faults)
    {
        try
        {
            return Conditions!.IsMetBy(in facts);
        }
        catch (Exception)
        {
            faults++; // a condition of the user's
            return false;
        }
    }
}
