namespace VSwitch.Captures.Replaying;

/// <summary>Has all frames ready in memory before the first is sent.</summary>
internal sealed class StoredFeed : FrameFeed
{
    private const int StoreOctets = 32 << 20;

    private readonly List<FrameStore> _stores = [];
    private readonly long _loops;
    private int _store;

    /// <summary>Reads all.</summary>
    /// <param name="once">Gives the frames of one loop.</param>
    /// <param name="loops">0 for without end.</param>
    internal StoredFeed(StreamFeed once, long loops)
    {
        _loops = loops;
        FrameStore current = Add();
        while (once.Read(current))
        {
            if (!current.HasRoom)
            {
                current = Add();
            }
        }

        Store = _stores[0];
    }

    /// <inheritdoc/>
    internal override State Advance(bool mayReuse)
    {
        while (++Index >= Store.Count)
        {
            if (++_store == _stores.Count)
            {
                if (_stores[0].Count == 0 || Loop + 1 == _loops)
                {
                    _store--;
                    Index = Store.Count - 1;
                    return State.End;
                }

                _store = 0;
                Loop++;
            }

            (Store, Index) = (_stores[_store], -1);
        }

        return State.Frame;
    }

    public override void Dispose()
    {
        // Memory only.
    }

    private FrameStore Add()
    {
        FrameStore store = new(StoreOctets);
        _stores.Add(store);
        return store;
    }
}
