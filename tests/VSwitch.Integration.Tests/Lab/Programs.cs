namespace VSwitch.Integration.Tests.Lab;

/// <summary>Programs of the machine that some tests need.</summary>
internal static class Programs
{
    internal static string Ping => Find("ping", "iputils-ping");

    internal static string Ip => Find("ip", "iproute2");

    internal static string Iperf => Find("iperf3", "iperf3");

    internal static string SetPriv => Find("setpriv", "util-linux");

    private static string Find(string name, string package)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            Assert.Skip($"no {name} on this machine: apt-get install {package}");
        }

        return path;
    }
}
