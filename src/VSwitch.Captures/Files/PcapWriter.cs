using System.Buffers.Binary;

namespace VSwitch.Captures.Files;

/// <summary>Writes classic pcap, version 2.4.</summary>
/// <remarks>The fields are those of <see cref="PcapReader"/>.</remarks>
internal sealed class PcapWriter(OutputBuffer output, CaptureFormat format) : RecordWriter(output)
{
    private const int FileHeaderLength = 24;
    private const int RecordHeaderLength = 16;
    private const uint MaxLinkType = 0xFFFF; // the bits above have meanings of their own

    private readonly bool _isNanosecond = format == CaptureFormat.NanosecondPcap;

    internal override CaptureInterface AddInterface(CaptureInterface like)
    {
        if (InterfaceCount > 0)
        {
            throw new InvalidOperationException("classic pcap has one interface: write pcapng for more");
        }

        if ((uint)like.LinkType > MaxLinkType)
        {
            throw new InvalidOperationException($"link type {(uint)like.LinkType} can't be written: {MaxLinkType} is the highest");
        }

        CaptureInterface written = new()
        {
            LinkType = like.LinkType,
            SnapLength = like.SnapLength == 0 ? RecordReader.MaxPacket : like.SnapLength, // 0 is no limit to us, nothing to some readers
            TimestampResolution = _isNanosecond ? TimestampScale.Nanoseconds : TimestampScale.Microseconds,
        };
        Span<byte> header = Output.Take(FileHeaderLength);
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, _isNanosecond ? PcapReader.NanosecondMagic : PcapReader.MicrosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], written.SnapLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], (uint)written.LinkType);
        InterfaceCount = 1;
        return written;
    }

    internal override void Write(in CapturedPacket packet)
    {
        const long end = ((long)uint.MaxValue + 1) * TimestampScale.NanosecondsPerSecond;
        ReadOnlySpan<byte> octets = packet.Octets[..Math.Min(packet.Octets.Length, RecordReader.MaxPacket)];
        ulong time = (ulong)Math.Clamp(packet.Timestamp ?? 0, 0, end - 1);
        (ulong seconds, ulong nanoseconds) = Math.DivRem(time, TimestampScale.NanosecondsPerSecond);
        Span<byte> header = Output.Take(RecordHeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(_isNanosecond ? nanoseconds : nanoseconds / 1000));
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)octets.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], packet.OriginalLength);
        Output.Put(octets);
    }

    internal override void End()
    {
        if (InterfaceCount == 0)
        {
            AddInterface(new CaptureInterface()); // a file of no packets is still one of Ethernet
        }
    }
}
