using VSwitch.Benchmarks.Capturing;
using VSwitch.Benchmarks.Devices;
using VSwitch.Benchmarks.Forwarding;
using VSwitch.Frames;

namespace VSwitch.Benchmarks.Floors;

/// <summary>The goals, over the same code as the benchmarks.</summary>
internal static class Goals
{
    internal static IReadOnlyList<Figure> All { get; } =
    [
        new("pipe, 60 octets, batch 128", 6, () => Pipe(batch: 128, octets: 60)),
        new("pipe, 1500 octets, batch 128", 25, () => Pipe(batch: 128, octets: 1500)),
        new("pipe, 60 octets, batch 1", 250, () => Pipe(batch: 1, octets: 60)),
        new("PacketCopy, batch 128", 15, () => Copy(batch: 128)),
        new("PacketCopy, batch 1", 500, () => Copy(batch: 1)),
        new("Joiner, routing, 16 addresses", 30, () => Route(addresses: 16)),
        new("Joiner, routing, 65536 addresses", 30, () => Route(addresses: 65536)),
        new("steps 2 to 4, 16 stations", 30, () => Stages(stations: 16)),
        new("steps 2 to 4, 8192 stations", 30, () => Stages(stations: 8192)),
        new("steps 2 to 4, 1048576 stations", 60, () => Stages(stations: 1 << 20)),
        new("one hop, 64 octets", 40, () => Hop(octets: 64)),
        new("flood to 100 ports, a copy", 2, Flood),
    ];

    private static (Work Measured, Work Floor, Work? Idle) Pipe(int batch, int octets)
    {
        var pipe = new PipeBenchmarks { Batch = batch, Octets = octets };
        pipe.Setup();
        return (new(PipeBenchmarks.Packets, pipe.SendReceive), new(batch, new CopyFloor(octets, batch).Run), null);
    }

    private static (Work Measured, Work Floor, Work? Idle) Copy(int batch)
    {
        var copy = new PacketCopyBenchmarks { Batch = batch };
        copy.Setup();
        return (new(PacketCopyBenchmarks.Packets, () => copy.Copy().Wait()), new(SpinningRelay.Packets, new SpinningRelay(batch).Run), null);
    }

    private static (Work Measured, Work Floor, Work? Idle) Route(int addresses)
    {
        var joiner = new JoinerBenchmarks { Case = (16, addresses) };
        joiner.Setup();
        var floor = new SearchFloor(2 * Math.Max(1024, addresses) * 2, JoinerBenchmarks.PacketsARun); // slots of twice the octets
        return (new(JoinerBenchmarks.PacketsARun, () => joiner.Route()), new(JoinerBenchmarks.PacketsARun, floor.Run), null);
    }

    private static (Work Measured, Work Floor, Work? Idle) Hop(int octets)
    {
        var hop = new CaptureBenchmarks { Octets = octets, Capture = "nobody" };
        hop.Setup();
        return (new(CaptureBenchmarks.Frames, () => hop.Forward()), new(FrameBatch.DefaultCapacity, new CopyFloor(octets, FrameBatch.DefaultCapacity).Run), null);
    }

    private static (Work Measured, Work Floor, Work? Idle) Flood()
    {
        var flood = new FloodBenchmarks();
        flood.Setup();
        var floor = new LengthFloor(FrameBatch.DefaultCapacity);
        return (new(FloodBenchmarks.Copies, flood.Flood), new(FrameBatch.DefaultCapacity, floor.Run), null);
    }

    private static (Work Measured, Work Floor, Work? Idle) Stages(int stations)
    {
        var stages = new StagesBenchmarks { Stations = stations };
        stages.Setup();
        var floor = new SearchFloor(2 * Math.Max(8, stations), StagesBenchmarks.Packets);
        return (
            new(StagesBenchmarks.Packets, stages.AdmitLearnResolve),
            new(StagesBenchmarks.Packets, () =>
            {
                floor.Run();
                floor.Run();
            }),
            new(StagesBenchmarks.Packets, stages.FillOnly));
    }
}
