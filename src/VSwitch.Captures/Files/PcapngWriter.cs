using System.Buffers.Binary;

namespace VSwitch.Captures.Files;

/// <summary>Writes pcapng, version 1.0: one section, times in nanoseconds.</summary>
/// <remarks>A packet without a time is written as a simple packet block where that can hold it, otherwise at the time 0. Source: draft-ietf-opsawg-pcapng.</remarks>
internal sealed class PcapngWriter : RecordWriter
{
    private const int PacketHeader = 28;
    private const int SimplePacketHeader = 12;
    private const int MaxLinkType = ushort.MaxValue;
    private const int MaxPadding = 3;

    private readonly PcapngOptionList _options = new();
    private uint _firstSnapLength;

    internal PcapngWriter(OutputBuffer output, IReadOnlyList<string> comments)
        : base(output)
    {
        foreach (string comment in comments)
        {
            _options.Add(PcapngBlocks.Comment, comment);
        }

        _options.Add(PcapngBlocks.SectionUserApplication, "VSwitch");
        ReadOnlySpan<byte> options = _options.End();
        const int header = 24;
        uint length = (uint)(header + options.Length + PcapngBlocks.Back);
        Output.Put(PcapngBlocks.SectionHeader);
        Output.Put(length);
        Output.Put(PcapngBlocks.ByteOrderMagic);
        Output.Put((ushort)1);
        Output.Put((ushort)0);
        Output.Put(ulong.MaxValue); // the section's length is not known
        Output.Put(options);
        Output.Put(length);
    }

    internal override CaptureInterface AddInterface(CaptureInterface like)
    {
        if ((uint)like.LinkType > MaxLinkType)
        {
            throw new InvalidOperationException($"link type {(uint)like.LinkType} can't be written: {MaxLinkType} is the highest");
        }

        CaptureInterface written = like with { Index = InterfaceCount, TimestampResolution = TimestampScale.Nanoseconds, TimestampOffset = 0 };
        _options.Clear();
        Add(PcapngBlocks.InterfaceName, written.Name);
        Add(PcapngBlocks.InterfaceDescriptionText, written.Description);
        _options.Add(PcapngBlocks.InterfaceTimestampResolution, [TimestampScale.Nanoseconds]);
        Add(PcapngBlocks.InterfaceFilter, written.Filter, prefix: 0); // 0: as text
        foreach (string comment in written.Comments)
        {
            _options.Add(PcapngBlocks.Comment, comment);
        }

        ReadOnlySpan<byte> options = _options.End();
        const int header = 16;
        uint length = (uint)(header + options.Length + PcapngBlocks.Back);
        Output.Put(PcapngBlocks.InterfaceDescription);
        Output.Put(length);
        Output.Put((ushort)written.LinkType);
        Output.Put((ushort)0);
        Output.Put(written.SnapLength);
        Output.Put(options);
        Output.Put(length);
        _firstSnapLength = InterfaceCount == 0 ? written.SnapLength : _firstSnapLength;
        InterfaceCount++;
        return written;
    }

    internal override void Write(in CapturedPacket packet)
    {
        ReadOnlySpan<byte> octets = packet.Octets[..Math.Min(packet.Octets.Length, RecordReader.MaxPacket)];
        ReadOnlySpan<byte> options = OptionsOf(packet);
        if (packet.Timestamp is null && options.IsEmpty && IsSimple(packet, octets.Length))
        {
            WriteSimple(octets, packet.OriginalLength);
            return;
        }

        ulong time = (ulong)Math.Max(0, packet.Timestamp ?? 0);
        int padded = PcapngBlocks.Padded(octets.Length);
        uint length = (uint)(PacketHeader + padded + options.Length + PcapngBlocks.Back);
        Span<byte> header = Output.Take(PacketHeader);
        BinaryPrimitives.WriteUInt32LittleEndian(header, PcapngBlocks.EnhancedPacket);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)packet.Interface.Index);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)(time >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], (uint)time);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], (uint)octets.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], packet.OriginalLength);
        PutBody(octets, padded - octets.Length);
        if (!options.IsEmpty)
        {
            Output.Put(options);
        }

        Output.Put(length);
    }

    internal override void End()
    {
    }

    private void Add(ushort code, string? text, byte? prefix = null)
    {
        if (text is not null)
        {
            _options.Add(code, text, prefix);
        }
    }

    private ReadOnlySpan<byte> OptionsOf(in CapturedPacket packet)
    {
        bool isPlain = packet is { Direction: PacketDirection.Unknown, DropCount: 0, PacketId: null } && (packet.Comments is null || packet.Comments.Count == 0);
        if (isPlain)
        {
            return default;
        }

        _options.Clear();
        if (packet.Direction != PacketDirection.Unknown)
        {
            Span<byte> flags = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(flags, (uint)packet.Direction & 3);
            _options.Add(PcapngBlocks.PacketFlags, flags);
        }

        if (packet.DropCount > 0)
        {
            _options.Add(PcapngBlocks.PacketDropCount, packet.DropCount);
        }

        if (packet.PacketId is { } id)
        {
            _options.Add(PcapngBlocks.PacketId, id);
        }

        for (int i = 0; i < (packet.Comments?.Count ?? 0); i++)
        {
            _options.Add(PcapngBlocks.Comment, packet.Comments![i]);
        }

        return _options.End();
    }

    /// <summary>A simple packet is of the first interface, and says how much was kept by the snapshot length alone.</summary>
    private bool IsSimple(in CapturedPacket packet, int kept) =>
        packet.Interface.Index == 0 && (uint)kept == (_firstSnapLength == 0 ? packet.OriginalLength : Math.Min(packet.OriginalLength, _firstSnapLength));

    private void WriteSimple(ReadOnlySpan<byte> octets, uint original)
    {
        int padded = PcapngBlocks.Padded(octets.Length);
        uint length = (uint)(SimplePacketHeader + padded + PcapngBlocks.Back);
        Output.Put(PcapngBlocks.SimplePacket);
        Output.Put(length);
        Output.Put(original);
        PutBody(octets, padded - octets.Length);
        Output.Put(length);
    }

    private void PutBody(ReadOnlySpan<byte> octets, int padding)
    {
        ReadOnlySpan<byte> zeros = [0, 0, 0];
        Output.Put(octets);
        Output.Put(zeros[..Math.Min(padding, MaxPadding)]);
    }
}
