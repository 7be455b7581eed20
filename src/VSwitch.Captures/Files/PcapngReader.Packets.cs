namespace VSwitch.Captures.Files;

/// <content>Blocks with packets.</content>
internal sealed partial class PcapngReader
{
    // Enhanced: interface 4 | time, high half 4 | low half 4 | octets kept 4 | octets on the wire 4. Obsolete: interface 2 | drops 2 | the same.
    private const int PacketBody = 20;
    private const int SimplePacketBody = 4;
    private const ushort DropsNotKnown = 0xFFFF;

    private bool ReadPacket(uint length, bool isObsolete, out CapturedPacket packet)
    {
        const int front = PcapngBlocks.Front + PacketBody;
        packet = default;
        if (!IsPossible(length, PacketBody))
        {
            return false;
        }

        if (!Input.Has(front))
        {
            return FailShort(Input.Offset, "a block");
        }

        ReadOnlySpan<byte> block = Input.Held;
        uint id = isObsolete ? Half(block, 8) : Word(block, 8);
        uint kept = Word(block, 20);
        if (!IsPossiblePacket(id, kept, (int)length - front - PcapngBlocks.Back))
        {
            return false;
        }

        int behind = front + PcapngBlocks.Padded((int)kept);
        if (!ReadOptions(length, behind, out PcapngOptions options))
        {
            return false;
        }

        int number = _firstOfSection + (int)id;
        block = Input.Held;
        PacketDirection direction = PacketDirection.Unknown;
        ulong? packetId = null;
        ulong drops = isObsolete && Half(block, 10) is var lost and not DropsNotKnown ? lost : 0u;
        List<string>? comments = null;
        while (options.TryNext(out ushort code, out ReadOnlySpan<byte> value))
        {
            switch (code)
            {
                case PcapngBlocks.Comment:
                    (comments ??= []).Add(Text(value));
                    break;
                case PcapngBlocks.PacketFlags when value.Length == sizeof(uint):
                    direction = (Word(value, 0) & 3) switch { 1 => PacketDirection.Inbound, 2 => PacketDirection.Outbound, _ => PacketDirection.Unknown };
                    break;
                case PcapngBlocks.PacketDropCount when value.Length == sizeof(ulong) && !isObsolete:
                    drops = Long(value);
                    break;
                case PcapngBlocks.PacketId when value.Length == sizeof(ulong) && !isObsolete:
                    packetId = Long(value);
                    break;
                default:
                    break;
            }
        }

        if (options.IsBroken)
        {
            return FailOptions();
        }

        if (!Pass(length, behind))
        {
            return false;
        }

        packet = new CapturedPacket
        {
            Interface = Interfaces[number],
            Timestamp = _scales[number].ToNanoseconds(((ulong)Word(block, 12) << 32) | Word(block, 16)),
            Octets = block.Slice(front, (int)kept),
            OriginalLength = Word(block, 24),
            Direction = direction,
            PacketId = packetId,
            DropCount = drops,
            Comments = comments ?? (IReadOnlyList<string>)[],
        };
        return true;
    }

    /// <summary>A packet of the section's first interface, without a time; how much was kept follows from the snapshot length.</summary>
    private bool ReadSimplePacket(uint length, out CapturedPacket packet)
    {
        const int front = PcapngBlocks.Front + SimplePacketBody;
        packet = default;
        if (!IsPossible(length, SimplePacketBody))
        {
            return false;
        }

        uint original = Word(Input.Held, 8);
        uint snapLength = Interfaces.Count > _firstOfSection ? Interfaces[_firstOfSection].SnapLength : 0;
        uint kept = snapLength == 0 ? original : Math.Min(original, snapLength);
        if (!IsPossiblePacket(0, kept, (int)length - front - PcapngBlocks.Back))
        {
            return false;
        }

        int behind = front + PcapngBlocks.Padded((int)kept);
        if (!ReadOptions(length, behind, out _))
        {
            return false;
        }

        ReadOnlySpan<byte> block = Input.Held;
        if (!Pass(length, behind))
        {
            return false;
        }

        packet = new CapturedPacket
        {
            Interface = Interfaces[_firstOfSection],
            Octets = block.Slice(front, (int)kept),
            OriginalLength = original,
            Comments = [],
        };
        return true;
    }

    private bool IsPossiblePacket(uint id, uint kept, int space) =>
        id >= Interfaces.Count - _firstOfSection ? Fail(Input.Offset, $"a packet of interface {id}: its section has described {Interfaces.Count - _firstOfSection}")
        : kept > MaxPacket ? Fail(Input.Offset, $"a packet claims {kept} octets: {MaxPacket} are the most")
        : PcapngBlocks.Padded((int)kept) <= space || Fail(Input.Offset, $"a packet claims {kept} octets: its block has {Math.Max(0, space)}");

    /// <summary>
    /// Leaves a block whose packet is given out, with its options read; nothing moves in the buffer.
    /// What was not kept of its options is passed over with the next call: until then the packet's octets stay.
    /// </summary>
    private bool Pass(uint length, int behind)
    {
        int options = (int)length - behind - PcapngBlocks.Back;
        if (options > MaxOptions)
        {
            _openBlock = Input.Offset;
            _openLength = length;
            _openRest = (int)length - behind - MaxOptions;
            Input.Advance(behind + MaxOptions);
            return true;
        }

        uint again = Word(Input.Held, (int)length - PcapngBlocks.Back);
        if (again != length)
        {
            return Fail(Input.Offset, $"a block of {length} octets says {again} at its end");
        }

        Input.Advance((int)length);
        return true;
    }
}
