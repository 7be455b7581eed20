namespace VSwitch.Captures.Files;

/// <summary>What the writers of the two families of formats share.</summary>
internal abstract class RecordWriter(OutputBuffer output)
{
    internal int InterfaceCount { get; private protected set; }

    private protected OutputBuffer Output { get; } = output;

    internal abstract CaptureInterface AddInterface(CaptureInterface like);

    internal abstract void Write(in CapturedPacket packet);

    /// <summary>Writes what a file without any packet must have, too.</summary>
    internal abstract void End();
}
