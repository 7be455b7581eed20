using System.Diagnostics;
using VSwitch.Devices.Netlink;
using VSwitch.Devices.Tap;
using VSwitch.Devices.TunTap;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Tests;

/// <summary>Rows 47 to 53 of the fault table, at the device.</summary>
public class FaultTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Fault", "47")]
    [Trait("Clause", "L6")]
    public async Task InterfaceDeleted_DeviceCloses(bool underLoad)
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap(new TunTapOptions { Name = "del0" });
        await using Load? load = underLoad ? new Load(tap) : null;
        await (load?.Runs() ?? Task.CompletedTask);
        ns.Do(route => route.Delete(route.GetLink("del0")));
        Stopwatch watch = Stopwatch.StartNew();
        await Bounded.Within(tap.Completion);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 1000); // 100 ms on a quiet machine
        AssertGone(tap);
        await using L2Dev again = ns.Tap(new TunTapOptions { Name = "del0" });
        Assert.True(again.IsUp);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Fault", "48")]
    public async Task NamespaceDeleted_DeviceCloses_AndOpensInTheNextOne(bool underLoad)
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap(new TunTapOptions { Name = "del0" });
        await using Load? load = underLoad ? new Load(tap) : null;
        await (load?.Runs() ?? Task.CompletedTask);
        NetworkNamespace.Delete(ns.Name);
        await Bounded.Within(tap.Completion);
        AssertGone(tap);
        LinuxException missing = Assert.Throws<LinuxException>(() => ns.Tap());
        Assert.Equal(Errno.ENOENT, missing.Errno);

        NetworkNamespace.Create(ns.Name);
        await using L2Dev again = ns.Tap(new TunTapOptions { Name = "del0" });
        Assert.Equal(DropReason.None, TestFrames.SendOne(again, TestFrames.Numbered(1)));
    }

    [Fact]
    [Trait("Fault", "49")]
    public async Task LinkDownAndUp_UnderLoad_TrafficReturns()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        await using Load load = new(tap);
        for (int i = 0; i < 5; i++)
        {
            await load.Runs();
            ns.Do(route => route.SetUp(route.GetLink(tap.Name), false));
            await load.Refused(DropReason.LinkDown);
            await Bounded.Until(() => !tap.IsUp, "down is seen");
            ns.Do(route => route.SetUp(route.GetLink(tap.Name), true));
            await Bounded.Until(() => tap.IsUp, "up is seen");
        }

        await load.Runs();
        Assert.False(tap.Completion.IsCompleted);
    }

    [Fact]
    [Trait("Fault", "51")]
    public async Task MtuFlaps_UnderLoad_DeviceStays()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        await using Load load = new(tap);
        for (int i = 0; i < 10; i++)
        {
            foreach (int mtu in new[] { 68, 9000 })
            {
                ns.Do(route => route.SetMtu(route.GetLink(tap.Name), mtu));
                await Bounded.Until(() => tap.Mtu == mtu, "the MTU follows");
                await load.Runs();
            }
        }

        Assert.False(tap.Completion.IsCompleted);
        Assert.Equal(DropReason.None, load.LastRefusal);
    }

    [Fact]
    [Trait("Fault", "52")]
    public async Task RenameAndMove_UnderLoad_DeviceFollows()
    {
        using TestNamespace first = new();
        using TestNamespace second = new();
        await using L2Dev tap = first.Tap(new TunTapOptions { Name = "one0" });
        await using Load load = new(tap);
        await load.Runs();
        tap.Rename("two0");
        Assert.Equal("two0", tap.Name);
        await load.Runs();

        tap.MoveToNamespace(second.Name);
        Assert.Null(first.TryLink("two0"));
        Assert.True(second.Link("two0").IsUp);
        await load.Runs();

        // Moved and renamed by somebody else: the kernel takes it down on the way.
        second.Do(route =>
        {
            using NetworkNamespace back = NetworkNamespace.Open(first.Name);
            route.Move(route.GetLink("two0"), back, "three0");
        });
        await Bounded.Until(() => tap.Name == "three0" && !tap.IsUp, "the name follows into the other namespace");
        tap.SetUp();
        await load.Runs();
        first.Do(route => route.SetMtu(route.GetLink("three0"), 1300));
        await Bounded.Until(() => tap.Mtu == 1300, "events come from there");

        // What was the first namespace's before is no longer ours.
        NetworkNamespace.Delete(second.Name);
        await load.Runs();
        Assert.False(tap.IsGone);
    }

    [Theory]
    [InlineData("sixteen-octets-1", Errno.ENAMETOOLONG)]
    [InlineData("a/b", Errno.EINVAL)]
    [InlineData("a b", Errno.EINVAL)]
    [InlineData(" ", Errno.EINVAL)]
    [InlineData("a:b", Errno.EINVAL)]
    [InlineData("..", Errno.EINVAL)]
    [InlineData("a%d%d", Errno.EINVAL)]
    [InlineData("a%s", Errno.EINVAL)]
    [InlineData("éééééééé", Errno.ENAMETOOLONG)]
    [Trait("Fault", "53")]
    [Trait("Clause", "L7")]
    public void Open_BadName_IsRefusedInOneLine(string name, Errno errno)
    {
        LinuxException e = Assert.Throws<LinuxException>(() => L2Dev.Open(name));
        Assert.Equal(errno, e.Errno);
        AssertOneLine(e, name);
    }

    [Fact]
    [Trait("Fault", "53")]
    [Trait("Clause", "L7")]
    public async Task Open_NameTaken_SaysByWhat()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap(new TunTapOptions { Name = "tap0" });
        LinuxException busy = Assert.Throws<LinuxException>(() => ns.Tap(new TunTapOptions { Name = "tap0" }));
        Assert.Equal("tap0: TUNSETIFF: Device or resource busy: the name is in use by another process: choose another name or stop that process", busy.Message);
        LinuxException mode = Assert.Throws<LinuxException>(() => ns.Tun(new TunTapOptions { Name = "tap0" }));
        Assert.Equal("tap0: TUNSETIFF: Invalid argument: the name belongs to an interface of kind TAP: choose another name", mode.Message);
        LinuxException loopback = Assert.Throws<LinuxException>(() => ns.Tap(new TunTapOptions { Name = "lo" }));
        Assert.Equal("lo: TUNSETIFF: Invalid argument: the name belongs to an interface of another kind: choose another name", loopback.Message);
        LinuxException rename = Assert.Throws<LinuxException>(() => tap.Rename("lo"));
        AssertOneLine(rename, "tap0");
        Assert.Equal(Errno.EEXIST, rename.Errno);
    }

    [Fact]
    [Trait("Fault", "53")]
    [Trait("Clause", "L7")]
    public async Task Open_LaterStepFails_LeavesNothing()
    {
        using TestNamespace ns = new();
        LinuxException mtu = Assert.Throws<LinuxException>(() => ns.Tap(new TunTapOptions { Name = "half0", Mtu = 70_000, Persist = true }));
        AssertOneLine(mtu, "half0");
        Assert.Contains("mtu", mtu.Message, StringComparison.Ordinal);
        Assert.Null(ns.TryLink("half0"));
        LinuxException mac = Assert.Throws<LinuxException>(
            () => ns.Tap(new TunTapOptions { Name = "half0", HardwareAddress = Identifiers.MacAddress.Broadcast }));
        AssertOneLine(mac, "half0");
        Assert.Null(ns.TryLink("half0"));
        await using L2Dev tap = ns.Tap(new TunTapOptions { Name = "half0" });
        LinuxException route = Assert.Throws<LinuxException>(
            () => tap.AddRoute(IpPrefix.Parse("192.0.2.0/24"), System.Net.IPAddress.Parse("10.77.0.1")));
        AssertOneLine(route, "half0");
    }

    [Fact]
    [Trait("Fault", "53")]
    [Trait("Clause", "L7")]
    public void Open_NoSuchNamespace_SaysSo()
    {
        LinuxException missing = Assert.Throws<LinuxException>(() => L2Dev.Open(new TunTapOptions { Namespace = "no-such-netns" }));
        Assert.Equal(
            "netns no-such-netns: open /run/netns/no-such-netns: No such file or directory: make it: ip netns add no-such-netns", missing.Message);
        LinuxException other = Assert.Throws<LinuxException>(() => L2Dev.Open(new TunTapOptions { Namespace = "/proc/self/ns/mnt" }));
        Assert.Equal(Errno.EINVAL, other.Errno);
        AssertOneLine(other, "netns /proc/self/ns/mnt");
    }

    [Fact]
    [Trait("Fault", "53")]
    [Trait("Clause", "L7")]
    public void Open_WithoutRights_SaysWhich()
    {
        using TestNamespace ns = new();
        LinuxException device = Assert.Throws<LinuxException>(() => Unprivileged.Run(() => L2Dev.Open("noright0")));
        Assert.Equal("noright0: TUNSETIFF: Operation not permitted: run as root or give the binary CAP_NET_ADMIN", device.Message);
        LinuxException enter = Assert.Throws<LinuxException>(() => Unprivileged.Run(() => ns.Tap(new TunTapOptions { Name = "noright0" })));
        AssertOneLine(enter, $"netns {ns.Name}");
        Assert.Contains("CAP_SYS_ADMIN", enter.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Errno.ENOENT, "mknod")]
    [InlineData(Errno.ENODEV, "modprobe")]
    [InlineData(Errno.EACCES, "root")]
    [Trait("Fault", "53")]
    [Trait("Clause", "L7")]
    public void OpenTun_Missing_HasACure(Errno errno, string cure) =>
        Assert.Contains(cure, new LinuxException("tap0", Cures.OpenTun, errno).Message, StringComparison.Ordinal);

    private static void AssertGone(L2Dev tap)
    {
        Assert.True(tap.IsGone);
        Assert.Equal($"{tap.Name}: the interface was deleted", tap.GoneReason);
        Assert.Throws<ObjectDisposedException>(() => tap.TryReceive(new FrameBatch()));
        Assert.Throws<ObjectDisposedException>(() => tap.TrySend(new FrameBatch(), []));
    }

    private static void AssertOneLine(LinuxException e, string subject)
    {
        Assert.Contains(subject, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        Assert.True(e.Message.Split(": ").Length >= 3, e.Message);
    }
}
