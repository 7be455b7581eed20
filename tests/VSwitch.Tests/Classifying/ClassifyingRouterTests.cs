using VSwitch.Classifying;
using VSwitch.Frames;
using VSwitch.TestKit;
using VSwitch.Tests.Devices.Splitting;

namespace VSwitch.Tests.Classifying;

public sealed class ClassifyingRouterTests
{
    [Fact]
    public async Task Splitter_RoutesByRules_AndByOthersOnceTheyAreReplaced()
    {
        await using var net = new SplitterNet(1, 2);
        var classifier = new PacketClassifier(new ClassifierRules(0, new ClassifierRule(1).To("10.0.0.1/32"), new ClassifierRule(2).To("10.0.0.2/32")));
        net.Splitter.SetRouter(new ClassifyingRouter(classifier, LinkLayer.Ip));
        net.Backend.Far.Send(IpPacket.Udp("10.0.0.9", "10.0.0.3", 3));
        net.Backend.Far.Send(IpPacket.Udp("10.0.0.9", "10.0.0.1", 1));
        net.Backend.Far.Send(IpPacket.Udp("10.0.0.9", "10.0.0.2", 2));
        Assert.Equal([1], await net.Receive(1, 1));
        Assert.Equal([2], await net.Receive(2, 1));

        classifier.Replace(new ClassifierRules(1));
        net.Backend.Far.Send(IpPacket.Udp("10.0.0.9", "10.0.0.2", 4));
        net.Backend.Far.Send(IpPacket.Udp("10.0.0.9", "10.0.0.3", 5));
        Assert.Equal([4, 5], await net.Receive(1, 2));
        Assert.Equal(1, net.Splitter.Counters.Drops(DropReason.NoRoute));
        Assert.Equal(3, classifier.Flows().Count);
    }
}
