namespace VSwitch.Tool.Run;

/// <summary>Tells the user how the switch is doing.</summary>
internal interface IReporter
{
    /// <summary>Frames flow.</summary>
    void Ready();

    /// <summary>What happened between two samples.</summary>
    void Report(StatsSample before, StatsSample now);
}
