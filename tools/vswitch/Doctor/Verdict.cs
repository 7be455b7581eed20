namespace VSwitch.Tool.Doctor;

/// <summary>How a check ended.</summary>
internal enum Verdict
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>The switch works; something beside it may surprise.</summary>
    Note,

    /// <summary>The switch does not work.</summary>
    Failure,
}
