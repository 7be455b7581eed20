using VSwitch.Filtering;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Learning;

namespace VSwitch.Devices.Joining;

/// <summary>What a joiner has learned, whatever the kind of address: one call a burst.</summary>
internal abstract class AddressBook
{
    internal abstract int Count { get; }

    internal abstract long Moves { get; }

    internal abstract long NotLearned { get; }

    internal static AddressBook Create(JoinerOptions options) => options.LinkLayer == LinkLayer.Ip
        ? new AddressBook<IpAddressKey, IpSlot, IpAddresses>(new(options.Capacity, options.AgeingTime, options.HashSeed))
        : new AddressBook<StationKey, FilteringSlot, EthernetAddresses>(new(options.Capacity, options.AgeingTime, options.HashSeed));

    /// <summary>Notes the sources of frames, each behind the frame's ingress.</summary>
    /// <param name="batch">Where the frames are.</param>
    /// <param name="first">The first of them; the others are behind it.</param>
    /// <param name="now">Seconds.</param>
    internal abstract void Learn(FrameBatch batch, int first, uint now);

    /// <summary>Finds out who owns the destinations of frames.</summary>
    /// <param name="batch">Where the frames are.</param>
    /// <param name="which">Their indexes.</param>
    /// <param name="owners">Takes the owner of each, <see cref="PortId.None"/> for an address that is unknown or none.</param>
    /// <param name="now">Seconds.</param>
    internal abstract void Find(FrameBatch batch, ReadOnlySpan<int> which, Span<PortId> owners, uint now);

    internal abstract void Forget(PortId port);

    internal abstract void Age(uint now);
}
