using System.Runtime.InteropServices;
using System.Text;

namespace VSwitch.Devices.Netlink;

/// <summary>Walks the attributes of a netlink message; a length that lies ends the walk.</summary>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private const int TypeMask = 0x3FFF; // without NLA_F_NESTED and NLA_F_NET_BYTEORDER

    private ReadOnlySpan<byte> _rest = attributes;

    internal int Type { get; private set; }

    internal ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The value as a number of 32 bits; 0 when it is shorter.</summary>
    internal readonly int Int32 => Value.Length < sizeof(int) ? 0 : MemoryMarshal.Read<int>(Value);

    /// <summary>The value as a text up to its NUL.</summary>
    internal readonly string Text
    {
        get
        {
            int end = Value.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
        }
    }

    internal bool MoveNext()
    {
        if (_rest.Length < 4)
        {
            return false;
        }

        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < 4 || length > _rest.Length)
        {
            return false;
        }

        Type = MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask;
        Value = _rest[4..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }
}
