namespace VSwitch.Captures.Files;

/// <summary>A file that is no capture.</summary>
internal sealed class NoRecords : RecordReader
{
    internal NoRecords(InputBuffer input, string message)
        : base(input, isBigEndian: false) => Fail(0, message);

    internal override CaptureFormat Format => CaptureFormat.Pcap;

    internal override bool TryRead(out CapturedPacket packet)
    {
        packet = default;
        return false;
    }
}
