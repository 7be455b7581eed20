namespace VSwitch.Integration.Tests.Command;

/// <summary>A file that is gone at the end.</summary>
internal sealed class TemporaryFile : IDisposable
{
    internal TemporaryFile(string text)
        : this(System.Text.Encoding.UTF8.GetBytes(text))
    {
    }

    internal TemporaryFile(byte[] octets)
    {
        Path = System.IO.Path.GetTempFileName();
        File.WriteAllBytes(Path, octets);
    }

    internal string Path { get; }

    public void Dispose() => File.Delete(Path);
}
