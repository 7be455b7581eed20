using VSwitch.Captures.Files;

namespace VSwitch.RegressionSamples;

/// <summary>Stands for a capture that was taken where it matters; this one is made, so that the sample has nobody's traffic in it.</summary>
internal static class OfficeCapture
{
    private const long FirstNanosecond = 1_767_225_600_000_000_000; // 2026-01-01
    private const long Gap = 40_000_000;
    private const int Frames = 30;

    /// <summary>Writes 30 tagged frames, every other of VLAN 10 and of VLAN 20.</summary>
    /// <returns>The path.</returns>
    internal static string Write()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "office.pcapng");
        using CaptureWriter writer = CaptureWriter.Create(path);
        CaptureInterface trunk = writer.AddInterface(new CaptureInterface { Name = "trunk" });
        for (int i = 0; i < Frames; i++)
        {
            byte[] frame = new FrameBuilder().From("02:0f:f1:ce:00:01").To("02:0f:f1:ce:00:02")
                .Vlan(i % 2 == 0 ? 10 : 20)
                .Ip("192.168.0.1", "192.168.0.2").Udp(5000, 6000).Payload($"frame {i}").Build();
            writer.Write(new CapturedPacket
            {
                Interface = trunk,
                Timestamp = FirstNanosecond + (i * Gap),
                Octets = frame,
                OriginalLength = (uint)frame.Length,
                Comments = [],
            });
        }

        return path;
    }
}
