namespace VSwitch.Frames;

public partial struct OffloadInfo
{
    /// <summary>Moves the offsets along when octets are put in front of the L4 header, or taken away there.</summary>
    /// <param name="octets">How many are put; negative: taken.</param>
    /// <returns>False when an offset can't say where it would be; then nothing has changed.</returns>
    internal bool TryMove(int octets)
    {
        if (IsZero)
        {
            return true;
        }

        int csumStart = NeedsCsum ? CsumStart + octets : CsumStart;
        int hdrLen = HdrLen == 0 ? 0 : HdrLen + octets;
        if ((ushort)csumStart != csumStart || (ushort)hdrLen != hdrLen)
        {
            return false;
        }

        (CsumStart, HdrLen) = ((ushort)csumStart, (ushort)hdrLen);
        return true;
    }
}
