namespace VSwitch.Devices.Joining;

/// <summary>Finds the addresses in a packet. A struct, so that the JIT compiles the loops over a burst for each kind.</summary>
/// <typeparam name="TKey">The kind of address.</typeparam>
internal interface IAddressReader<TKey>
    where TKey : unmanaged
{
    /// <summary>Stands for no address: never learned, never found.</summary>
    static abstract TKey None { get; }

    /// <summary>The source; <see cref="None"/> when the packet is malformed or its source can be nobody's.</summary>
    static abstract TKey Source(ReadOnlySpan<byte> packet);

    /// <summary>The destination; <see cref="None"/> when the packet is malformed or meant for a group.</summary>
    static abstract TKey Destination(ReadOnlySpan<byte> packet);
}
