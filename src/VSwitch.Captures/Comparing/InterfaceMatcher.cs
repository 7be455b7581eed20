using VSwitch.Captures.Files;

namespace VSwitch.Captures.Comparing;

/// <summary>Which interface of one capture is which of the other: the one of the same name; where one side has no name, of the same number.</summary>
internal sealed class InterfaceMatcher
{
    private readonly List<(CaptureInterface? Expected, CaptureInterface? Actual)> _pairs = [];
    private readonly Dictionary<int, int> _expectedKeys = [];
    private readonly Dictionary<int, int> _actualKeys = [];

    /// <summary>The same number for both of a pair.</summary>
    internal int KeyOf(CaptureInterface of, bool isActual)
    {
        Dictionary<int, int> keys = isActual ? _actualKeys : _expectedKeys;
        if (keys.TryGetValue(of.Index, out int key))
        {
            return key;
        }

        key = _pairs.FindIndex(p => Open(p, isActual) is { Name: { } name } && name == of.Name);
        if (key < 0)
        {
            key = _pairs.FindIndex(p => Open(p, isActual) is { } other && other.Index == of.Index && (other.Name is null || of.Name is null));
        }

        if (key < 0)
        {
            key = _pairs.Count;
            _pairs.Add(default);
        }

        _pairs[key] = isActual ? (_pairs[key].Expected, of) : (of, _pairs[key].Actual);
        keys[of.Index] = key;
        return key;
    }

    /// <summary>The interface of the other side, if this side has none there yet.</summary>
    private static CaptureInterface? Open((CaptureInterface? Expected, CaptureInterface? Actual) pair, bool isActual) =>
        isActual ? (pair.Actual is null ? pair.Expected : null) : (pair.Expected is null ? pair.Actual : null);
}
