using System.Runtime.InteropServices;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Captures.Splitting;

/// <summary>Finds out in a first pass which hosts of a capture are clients and which servers (tcpprep's --auto); the splitter of the second pass comes out.</summary>
/// <remarks>
/// A client sends a TCP SYN, or to UDP port 53. A server sends a TCP SYN ACK, from UDP port 53, or an ICMP "port unreachable". ECN's flags do not count
/// (RFC 3168, section 6.1.1; tcpprep 4.4.3 does not know such a SYN).
/// </remarks>
public sealed class HostRoles
{
    /// <summary>Hosts that are remembered; more of them are unknown.</summary>
    public const int MaxHosts = 1 << 20;

    private const int DnsPort = 53;
    private const int PortUnreachable = 0x0303; // type 3, code 3 (RFC 792)
    private const TcpFlags EcnFlags = TcpFlags.Ece | TcpFlags.Cwr;

    private readonly Dictionary<IpAddressKey, HostRole> _hosts = [];
    private HostRole _stranger; // takes what nobody remembers

    /// <summary>Hosts that were seen when <see cref="MaxHosts"/> were known already, each as often as it was seen.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Hosts that are remembered.</summary>
    public int Count => _hosts.Count;

    /// <summary>Takes in a packet of the first pass.</summary>
    /// <param name="frame">An Ethernet frame, or what was captured of it.</param>
    public void Observe(ReadOnlySpan<byte> frame)
    {
        if (!PacketSight.TryRead(frame, out PacketSight sight))
        {
            return;
        }

        (bool isClient, bool isServer) = Shows(sight);
        ref HostRole source = ref Find(sight.Source, out _);
        source.Client += isClient ? 1 : 0;
        source.Server += isServer ? 1 : 0;
        ref HostRole destination = ref Find(sight.Destination, out bool isNew);
        destination.IsFirstDestination |= isNew;
    }

    /// <summary>Ends the first pass.</summary>
    /// <param name="mode">How the hosts are judged.</param>
    /// <param name="choice">The side of what is not IP; clients are primary, servers secondary, and there is no reverse here, as with tcpprep.</param>
    /// <param name="ratio">A host is a server that sent at least so many times as many of a server's packets as of a client's.</param>
    /// <param name="minMask">Router mode: the longest prefix of a network, 0 to 32.</param>
    /// <param name="maxMask">Router mode: the shortest prefix, at most as long; IPv6 networks get the same share of 128 bits.</param>
    public ISplitter Decide(HostMode mode, SideChoice choice = default, double ratio = 2.0, int minMask = 30, int maxMask = 8)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxMask);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxMask, minMask);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minMask, 32);
        var networks = mode == HostMode.Router ? new ServerNetworks(_hosts, ratio, minMask, maxMask) : null;
        HashSet<IpAddressKey> servers = [];
        foreach ((IpAddressKey host, HostRole role) in _hosts)
        {
            bool isServer = mode switch
            {
                HostMode.First => role.IsFirstDestination,
                _ when role.IsKnown => role.IsServer(ratio),
                HostMode.Client => false,
                HostMode.Router => networks!.IsServer(host),
                _ => true,
            };
            if (isServer)
            {
                servers.Add(host);
            }
        }

        bool areStrangersServers = mode is HostMode.Bridge or HostMode.Server;
        return new RoleSplitter(servers, areStrangersServers ? _hosts.Keys.ToHashSet() : null, choice);
    }

    private static (bool IsClient, bool IsServer) Shows(in PacketSight sight) => sight.Protocol switch
    {
        IpProtocol.Tcp => ((sight.TcpFlags & ~EcnFlags) == TcpFlags.Syn, (sight.TcpFlags & ~EcnFlags) == (TcpFlags.Syn | TcpFlags.Ack)),
        IpProtocol.Udp => (sight.DestinationPort == DnsPort, sight.DestinationPort != DnsPort && sight.FirstWord == DnsPort),
        IpProtocol.Icmp => (false, sight.FirstWord == PortUnreachable),
        _ => (false, false),
    };

    private ref HostRole Find(IpAddressKey host, out bool isNew)
    {
        if (_hosts.Count >= MaxHosts && !_hosts.ContainsKey(host))
        {
            Forgotten++;
            isNew = false;
            return ref _stranger;
        }

        ref HostRole role = ref CollectionsMarshal.GetValueRefOrAddDefault(_hosts, host, out bool exists);
        isNew = !exists;
        return ref role;
    }
}
