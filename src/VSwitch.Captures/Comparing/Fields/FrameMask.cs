namespace VSwitch.Captures.Comparing.Fields;

/// <summary>What of a frame does not count. Most of it is made zero; whole VLAN tags and padding are taken out, so that frames with and without them are the same.</summary>
internal sealed class FrameMask
{
    private readonly bool[] _isIgnored = new bool[ComparedFields.All.Count];
    private readonly List<OctetRange> _ranges = [];

    /// <exception cref="ArgumentException">A name that is none.</exception>
    internal FrameMask(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            if (OctetRange.TryParse(name, out OctetRange range))
            {
                _ranges.Add(range);
                continue;
            }

            FrameField[] fields = ComparedFields.FieldsOf(name) ?? throw new ArgumentException($"'{name}' is no field that can be ignored", nameof(names));
            Array.ForEach(fields, field => _isIgnored[(int)field] = true);
        }

        TakesTags = Ignores(FrameField.VlanProtocol) && Ignores(FrameField.VlanPriority) && Ignores(FrameField.VlanDropEligible) && Ignores(FrameField.VlanId);
    }

    /// <summary>Whether tags are taken out.</summary>
    internal bool TakesTags { get; }

    internal bool Ignores(FrameField field) => _isIgnored[(int)field];

    /// <summary>Whether what is ignored is taken out.</summary>
    internal bool Takes(FrameField field) =>
        field == FrameField.EthPadding ? Ignores(field) : TakesTags && field is >= FrameField.VlanProtocol and <= FrameField.VlanId;

    /// <summary>Makes zeros of all that is ignored; nothing changes its place.</summary>
    internal void Clear(FrameLayout layout, Span<byte> frame)
    {
        foreach (FieldSlice slice in layout.Slices)
        {
            if (_isIgnored[(int)slice.Field])
            {
                slice.Clear(frame);
            }
        }

        foreach (OctetRange range in _ranges)
        {
            range.Clear(frame);
        }
    }

    /// <summary>Takes out what is to be: the rest moves to the front.</summary>
    /// <returns>Octets that are left.</returns>
    internal int Compact(FrameLayout layout, Span<byte> frame)
    {
        int kept = 0;
        int from = 0;
        foreach (FieldSlice slice in layout.Slices)
        {
            if (Takes(slice.Field))
            {
                // The fields of a tag share octets: what begins inside one that is taken out already has nothing in front of it.
                int before = Math.Max(0, slice.Octet - from);
                frame.Slice(from, before).CopyTo(frame[kept..]);
                kept += before;
                from = slice.End;
            }
        }

        frame[from..].CopyTo(frame[kept..]);
        return kept + frame.Length - from;
    }

    /// <summary>Octets that the frame had on the wire, those not counted that are taken out, as far as its headers tell.</summary>
    internal long WireLength(FrameLayout layout, long original)
    {
        long length = Takes(FrameField.EthPadding) ? Math.Min(original, layout.ContentEnd) : original;
        return Math.Max(0, length - (TakesTags ? layout.TagOctets : 0));
    }
}
