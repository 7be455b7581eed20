namespace VSwitch.Tool.Doctor;

/// <summary>What one check found.</summary>
/// <param name="Verdict">How bad it is.</param>
/// <param name="Subject">What was looked at.</param>
/// <param name="Text">What there is, or the cause.</param>
/// <param name="Cure">What to do, if anything.</param>
internal sealed record Finding(Verdict Verdict, string Subject, string Text, string? Cure = null)
{
    internal static Finding Ok(string subject, string text) => new(Verdict.Ok, subject, text);

    internal static Finding Note(string subject, string text, string? cure = null) => new(Verdict.Note, subject, text, cure);

    internal static Finding Failure(string subject, string text, string cure) => new(Verdict.Failure, subject, text, cure);
}
