namespace VSwitch.Integration.Tests.Oracles;

/// <summary>A frame that is put in at a port.</summary>
internal sealed record Injection(int Port, byte[] Frame)
{
    public override string ToString() =>
        $"port {Port}: {Convert.ToHexString(Frame, 6, 6)} > {Convert.ToHexString(Frame, 0, 6)} {Tags.Of(Frame)}, {Frame.Length} octets";
}
