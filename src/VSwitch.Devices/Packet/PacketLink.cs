using VSwitch.Devices.Netlink;

namespace VSwitch.Devices.Packet;

/// <summary>The interface behind a packet socket.</summary>
/// <remarks>
/// A packet socket is bound to the interface in its namespace: one that is moved to another is as good as deleted, because the kernel takes it off the socket.
/// </remarks>
internal sealed class PacketLink(Action close) : FollowedLink("", close)
{
    /// <summary>Begins to follow the interface.</summary>
    /// <exception cref="LinuxException">There is none of that name.</exception>
    internal LinkInfo Start(NetworkNamespace place, string name)
    {
        lock (Gate)
        {
            LinkInfo state = LinkMonitor.Shared.Watch(this, place, name)
                ?? throw new LinuxException(name, "open", Errno.ENODEV, place.Name.StartsWith("of ", StringComparison.Ordinal)
                    ? "look at: ip link"
                    : $"look at: ip -n {place.Name} link");
            Apply(state);
            return state;
        }
    }

    /// <summary>The interface is gone: the device closes itself.</summary>
    internal void Vanish() => Vanish("the interface was deleted, or moved to another namespace");

    /// <inheritdoc/>
    protected override void NotThere() => Vanish();
}
