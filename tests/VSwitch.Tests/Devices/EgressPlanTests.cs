using VSwitch.Devices;
using VSwitch.Identifiers;

namespace VSwitch.Tests.Devices;

public sealed class EgressPlanTests
{
    private const int Frames = 16;
    private const int Ports = 5;

    /// <summary>Bursts of floods alone, of one port or several, of frames for one port, and of all together.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void FramesFor_RandomBursts_AreThoseOfEachPortInOrder(int seed)
    {
        var random = new Random(seed);
        var plan = new EgressPlan(Frames);
        PortSet[] sets = [new(Ports), new(Ports), new(Ports)];
        foreach (PortSet set in sets)
        {
            foreach (int port in Enumerable.Range(0, Ports).Where(_ => random.Next(2) == 0))
            {
                set.Add(port);
            }
        }

        for (int burst = 0; burst < 2_000; burst++)
        {
            plan.Clear();
            List<int>[] expected = [.. Enumerable.Range(0, Ports).Select(_ => new List<int>())];
            int floods = random.Next(3); // none, some, all
            int ingresses = random.Next(2) == 0 ? 1 : Ports;
            bool hasSets = random.Next(2) == 0;
            for (int frame = 0; frame < Frames; frame++)
            {
                int ingress = random.Next(ingresses);
                if (random.Next(2) >= floods)
                {
                    int port = random.Next(Ports);
                    plan.Assign(frame, port);
                    expected[port].Add(frame);
                    continue;
                }

                (PortSet? members, PortSet? reach) = hasSets ? (sets[random.Next(ingresses) % sets.Length], sets[0]) : (null, null);
                plan.Flood(frame, ingress, members, reach);
                for (int port = 0; port < Ports; port++)
                {
                    if (port != ingress && (members is null || (members.Contains(port) && reach!.Contains(port))))
                    {
                        expected[port].Add(frame);
                    }
                }
            }

            for (int port = 0; port < Ports; port++)
            {
                Assert.Equal(expected[port], plan.FramesFor(port).ToArray());
            }
        }
    }
}
