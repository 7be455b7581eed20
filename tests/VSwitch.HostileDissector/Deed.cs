namespace VSwitch.HostileDissector;

/// <summary>What the dissector does with a packet, by its UDP destination port.</summary>
public enum Deed : ushort
{
    None = 0,
    Answer = 1000,
    Decline,
    Throw,
    Loop,
    ExhaustHeap,
    ExhaustHeapAndCatch,
    OverflowStack,
    Exit,
    Abort,
    WriteGarbage,
    Print,
    TellLength,
    TellRights,
    LeaveChildBehind,
}
