using VSwitch.Captures.Files;

namespace VSwitch.Testing.Tests;

/// <summary>Captures that the tests make for themselves, each in a file of its own that goes with it.</summary>
internal sealed class Captures : IDisposable
{
    private const long FirstNanosecond = 1_700_000_000_123_456_789;

    private readonly List<string> _paths = [];

    public static MacAddress Mac(int station) => new(0x0200_0000_0001UL + (ulong)station);

    /// <summary>Frames a millisecond apart.</summary>
    public string Of(params byte[][] frames) => Write(".pcapng", CaptureFormat.Pcapng, writer =>
    {
        CaptureInterface port = writer.AddInterface(new CaptureInterface { Name = "eth0" });
        for (int i = 0; i < frames.Length; i++)
        {
            Put(writer, port, frames[i], i * 1_000_000L);
        }
    });

    public string Write(string extension, CaptureFormat format, Action<CaptureWriter> write)
    {
        string path = NewPath(extension);
        using CaptureWriter writer = CaptureWriter.Create(path, format);
        write(writer);
        return path;
    }

    public string NewPath(string extension)
    {
        string path = Path.Combine(Path.GetTempPath(), $"vswitch-{Guid.NewGuid():N}{extension}");
        _paths.Add(path);
        return path;
    }

    public static void Put(CaptureWriter writer, CaptureInterface port, byte[] frame, long nanoseconds, PacketDirection direction = PacketDirection.Unknown) =>
        writer.Write(new CapturedPacket
        {
            Interface = port,
            Timestamp = FirstNanosecond + nanoseconds,
            Octets = frame,
            OriginalLength = (uint)frame.Length,
            Direction = direction,
            Comments = [],
        });

    public void Dispose() => _paths.ForEach(p =>
    {
        if (Directory.Exists(p))
        {
            Directory.Delete(p, recursive: true);
        }
        else
        {
            File.Delete(p);
        }
    });
}
