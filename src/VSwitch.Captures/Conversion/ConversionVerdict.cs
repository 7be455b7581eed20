namespace VSwitch.Captures.Conversion;

/// <summary>What became of a packet that was to be an Ethernet frame.</summary>
/// <param name="Length">Octets of the frame, Ethernet header included, without FCS and padding; 0 when it was refused.</param>
/// <param name="HeaderLength">Octets of the link type's own header that the Ethernet header stands for.</param>
/// <param name="Inventions">What the capture did not say.</param>
/// <param name="Refusal">Why there is no frame.</param>
public readonly record struct ConversionVerdict(int Length, int HeaderLength, ConversionInventions Inventions, ConversionRefusal Refusal)
{
    /// <summary>Whether there is a frame.</summary>
    public bool IsConverted => Refusal == ConversionRefusal.None;
}
