namespace VSwitch.Classifying;

/// <summary>What a classifier did since it was made. Packets = hits + misses + unreadable.</summary>
/// <param name="Hits">Packets that were answered from the table of flows.</param>
/// <param name="Misses">Packets that rules were asked for.</param>
/// <param name="Unreadable">Packets that got the default answer, since nothing could be said of them.</param>
/// <param name="NotHeld">Of the misses, those whose flow found no place: its next packet is a miss again.</param>
/// <param name="Evicted">Flows that gave way to new ones before their time.</param>
/// <param name="Aged">Flows that were silent for the ageing time.</param>
/// <param name="RuleFaults">How often a condition threw; it was not met then.</param>
/// <param name="Asked">Flows of which a copy was handed to a foreign dissector.</param>
/// <param name="NotAsked">Flows for which there was no room in its queue, or no such process.</param>
/// <param name="Answered">Flows that were answered by what it said.</param>
public readonly record struct ClassifierCounters(
    long Hits,
    long Misses,
    long Unreadable,
    long NotHeld,
    long Evicted,
    long Aged,
    long RuleFaults,
    long Asked,
    long NotAsked,
    long Answered);
