namespace VSwitch.PcapReplay.Rewrite;

/// <summary>Reads the text of an option.</summary>
/// <returns>False where it is none of that kind.</returns>
internal delegate bool TryParseOption<T>(string text, out T value);
