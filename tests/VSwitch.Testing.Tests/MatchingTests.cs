
namespace VSwitch.Testing.Tests;

public sealed class MatchingTests
{
    [Theory]
    [InlineData(2, 2, true)]
    [InlineData(0, 2, true)]
    [InlineData(1, long.MaxValue, true)]
    [InlineData(3, long.MaxValue, false)]
    [InlineData(0, 1, false)]
    [InlineData(0, 0, false)]
    public void Matching_Bounds_Hold(long least, long most, bool holds)
    {
        using SwitchLab lab = Lab(out LabPort server);
        int asked = 0;
        PortExpectation expectation = lab.Expect(server);
        void Expect() => Assert.Same(expectation, expectation.Matching(f => ++asked > 0 && f.Octets.Length > 100, least, most));
        if (holds)
        {
            Expect();
        }
        else
        {
            Assert.Throws<ExpectationException>(Expect);
        }

        Assert.Equal(3, asked); // once a frame
    }

    [Fact]
    public void Matching_Failure_SaysWhatWasWantedAndWhatCame()
    {
        using SwitchLab lab = Lab(out LabPort server);
        string few = Assert.Throws<ExpectationException>(() => lab.Expect(server).Matching(f => f.Octets.Length > 1000, 1, 4, "long frames", () => "the limit is 1,000")).Message;
        Assert.StartsWith("port server: expected 1 to 4 long frames, received 0 of 3\nthe limit is 1,000\nreceived, though not such:\n  1  ", few, StringComparison.Ordinal);
        string many = Assert.Throws<ExpectationException>(() => lab.Expect(server).Matching(f => f.Octets.Length > 100, 0, 0, "long frames", () => null)).Message;
        Assert.StartsWith("port server: expected no long frames, received 2 of 3\nreceived:\n  1  ", many, StringComparison.Ordinal);
        Assert.Contains("one that was not expected: ", many, StringComparison.Ordinal);
        Assert.Contains("it came in by client", many, StringComparison.Ordinal);
    }

    [Fact]
    public void LinkLayer_OfAFrame_IsItsPorts()
    {
        using SwitchLab lab = Lab(out LabPort server);
        LabPort tunnel = lab.AddPort("tun", linkLayer: LinkLayer.Ip);
        server.Send(server.FrameTo(Identifiers.MacAddress.Broadcast).Ip("10.0.0.2", "255.255.255.255").Udp(7, 8));
        lab.Expect(tunnel).Matching(f => f.LinkLayer == LinkLayer.Ip, 1, 1);
        lab.Expect(server).Matching(f => f.LinkLayer == LinkLayer.Ethernet, 3, 3);
    }

    private static SwitchLab Lab(out LabPort server)
    {
        var lab = new SwitchLab();
        LabPort client = lab.AddPort("client");
        server = lab.AddPort("server");
        foreach (int octets in new[] { 20, 200, 200 })
        {
            client.Send(client.FrameTo(server).Ip("10.0.0.1", "10.0.0.2").Udp(1, 53).Payload(octets));
        }

        return lab;
    }
}
