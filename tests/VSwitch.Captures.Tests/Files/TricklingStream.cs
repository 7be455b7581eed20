namespace VSwitch.Captures.Tests.Files;

/// <summary>As a pipe may be: one octet with each read, and no seeking.</summary>
internal sealed class TricklingStream(byte[] octets) : MemoryStream(octets)
{
    public override bool CanSeek => false;

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);

    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
}
