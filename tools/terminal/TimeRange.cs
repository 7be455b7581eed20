
namespace VSwitch.Terminal;

/// <summary>Times that a key takes.</summary>
/// <param name="Least">The shortest.</param>
/// <param name="Most">The longest.</param>
/// <param name="Text">Both, as a user would write them.</param>
internal sealed record TimeRange(TimeSpan Least, TimeSpan Most, string Text)
{
    /// <summary>Reads the value of a key.</summary>
    /// <returns>The time, or what goes without saying when the key is not there.</returns>
    internal TimeSpan Read(OptionText option, string key, TimeSpan unsaid)
    {
        if (option[key] is not { } value)
        {
            return unsaid;
        }

        option.Require(Quantity.TryParseTime(value, out TimeSpan time) && time >= Least && time <= Most, $"{key} '{value}' is not a time from {Text}");
        return time;
    }
}
