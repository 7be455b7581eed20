namespace VSwitch.Devices.Tests;

/// <summary>What a test needs of the machine; it says why when it skips.</summary>
internal static class Requires
{
    internal static void Root()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Skip("no rights to make interfaces: run the tests as root");
        }

        if (!File.Exists("/dev/net/tun"))
        {
            Assert.Skip("no /dev/net/tun: modprobe tun, or give the container --device /dev/net/tun");
        }
    }
}
