namespace VSwitch.Integration.Tests.Oracles;

/// <summary>A switch that frames are put into one at a time, so that it can be compared with another.</summary>
internal interface IOracle : IAsyncDisposable
{
    int Ports { get; }

    /// <summary>Puts a frame in at a port, and takes all that comes of it: nothing is under way afterwards.</summary>
    /// <returns>What came out, by port, in the order in which it came.</returns>
    IReadOnlyList<byte[]>[] Exchange(int port, byte[] frame);

    /// <summary>Forgets all stations.</summary>
    Task Flush();

    /// <summary>What it knows, and what it would do with a frame: for the one who has to find out why two switches differ.</summary>
    Task<string> Explain(int port, byte[] frame);
}
