namespace VSwitch.Benchmarks.Floors;

/// <summary>Looks up keys at random in a table without collisions: a hash, a load, a comparison. The least that a learning table has to do.</summary>
internal sealed class SearchFloor
{
    private readonly (ulong Key, ulong Value)[] _slots;
    private readonly ulong[] _keys;
    private readonly int _shift;

    /// <param name="slots">A power of two.</param>
    /// <param name="keys">Different keys, looked up in turn.</param>
    internal SearchFloor(int slots, int keys)
    {
        _keys = new ulong[keys];
        _slots = new (ulong, ulong)[slots];
        _shift = 64 - System.Numerics.BitOperations.Log2((uint)slots);
        var random = new Random(1);
        for (int i = 0; i < keys; i++)
        {
            _keys[i] = (ulong)random.NextInt64();
            _slots[_keys[i] * 0x9E37_79B9_7F4A_7C15 >> _shift] = (_keys[i], 1);
        }
    }

    internal ulong Found { get; private set; }

    internal void Run()
    {
        ulong found = 0;
        foreach (ulong key in _keys)
        {
            ref (ulong Key, ulong Value) slot = ref _slots[key * 0x9E37_79B9_7F4A_7C15 >> _shift];
            found += slot.Key == key ? slot.Value : 0;
        }

        Found += found;
    }
}
