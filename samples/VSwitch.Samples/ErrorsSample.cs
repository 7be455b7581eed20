using VSwitch.Devices;

namespace VSwitch.Samples;

/// <summary>Which errors are the end.</summary>
internal static class ErrorsSample
{
    internal static Task RunAsync()
    {
        Exception[] errors = [new TemporaryDeviceException("no buffers"), new BatchTooSmallException(128), new DeviceDownException("wrapper"), new SendOnClosedException("pipe"), new IOException("gone")];
        foreach (Exception error in errors)
        {
            Console.WriteLine($"  {error.GetType().Name}: {(DeviceError.IsTerminal(error) ? "the end" : "use it on")}");
        }

        return Task.CompletedTask;
    }
}
