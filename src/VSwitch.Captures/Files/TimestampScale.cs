namespace VSwitch.Captures.Files;

/// <summary>Turns the times of an interface into nanoseconds since 1970; what does not fit is brought to the nearest that does.</summary>
/// <remarks>Source: pcapng, if_tsresol and if_tsoffset.</remarks>
internal readonly struct TimestampScale
{
    internal const int NanosecondsPerSecond = 1_000_000_000;
    internal const byte Microseconds = 6;
    internal const byte Nanoseconds = 9;

    private const byte PowerOfTwo = 0x80;

    // Nanoseconds of a unit where that is a whole number and nothing is added, and the units that fit; 0 and 0 otherwise.
    private readonly ulong _factor;
    private readonly ulong _limit;
    private readonly byte _resolution;
    private readonly long _offsetSeconds;

    internal TimestampScale(byte resolution, long offsetSeconds)
    {
        _resolution = resolution;
        _offsetSeconds = offsetSeconds;
        if (resolution <= Nanoseconds && offsetSeconds == 0)
        {
            _factor = (ulong)PowerOfTen(Nanoseconds - resolution);
            _limit = long.MaxValue / _factor;
        }
    }

    internal long ToNanoseconds(ulong units) => units <= _limit && _factor > 0 ? (long)(units * _factor) : ToNanosecondsSlow(units);

    private long ToNanosecondsSlow(ulong units)
    {
        int exponent = _resolution & ~PowerOfTwo;
        UInt128 sinceOffset = (_resolution & PowerOfTwo) != 0 ? ((UInt128)units * NanosecondsPerSecond) >> exponent
            : exponent <= Nanoseconds ? units * PowerOfTen(Nanoseconds - exponent)
            : exponent - Nanoseconds > 19 ? 0 // more digits than 64 bits have
            : units / PowerOfTen(exponent - Nanoseconds);
        Int128 since1970 = (Int128)sinceOffset + ((Int128)_offsetSeconds * NanosecondsPerSecond);
        return (long)Int128.Clamp(since1970, long.MinValue, long.MaxValue);
    }

    private static UInt128 PowerOfTen(int exponent)
    {
        UInt128 power = 1;
        for (int i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }
}
