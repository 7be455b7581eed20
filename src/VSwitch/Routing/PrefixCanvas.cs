namespace VSwitch.Routing;

/// <summary>The 256 values of an octet while a node is being made; the writer's, and used again.</summary>
internal sealed class PrefixCanvas
{
    private const int Values = 256;

    private readonly object?[] _values = new object?[Values];
    private readonly object?[] _children = new object?[Values];

    /// <summary>Takes over what continues behind the values of a node.</summary>
    internal void TakeChildren(PrefixNode node)
    {
        foreach (ref readonly PrefixRun run in node.Runs)
        {
            if (run.Child is { } child)
            {
                SetChild(node.ValueOf(KeyOf(child)), child);
            }
        }
    }

    internal void SetChild(int value, object? child) => _children[value] = child;

    internal void Paint(int from, int count, object value) => _values.AsSpan(from, count).Fill(value);

    /// <summary>Cuts the values into runs, and wipes the canvas.</summary>
    internal (PrefixRun[] Runs, int Children) Finish(out ulong starts0, out ulong starts1, out ulong starts2, out ulong starts3)
    {
        Span<ulong> starts = stackalloc ulong[4];
        starts.Clear();
        int count = 0;
        int children = 0;
        for (int i = 0; i < Values; i++)
        {
            if (BeginsRun(i))
            {
                starts[i >> 6] |= 1UL << (i & 63);
                count++;
                children += _children[i] is null ? 0 : 1;
            }
        }

        var runs = new PrefixRun[count];
        for (int i = 0, at = 0; at < count; i++)
        {
            if ((starts[i >> 6] & (1UL << (i & 63))) != 0)
            {
                runs[at++] = new() { Value = _values[i], Child = _children[i] };
            }
        }

        (starts0, starts1, starts2, starts3) = (starts[0], starts[1], starts[2], starts[3]);
        Array.Clear(_values);
        Array.Clear(_children);
        return (runs, children);
    }

    internal static Identifiers.IpAddressKey KeyOf(object item) => item is PrefixNode node ? node.Key : ((PrefixLeaf)item).Key;

    private bool BeginsRun(int i) =>
        i == 0 || _children[i] is not null || _children[i - 1] is not null || !ReferenceEquals(_values[i], _values[i - 1]);
}
