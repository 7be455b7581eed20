using System.Runtime.InteropServices;

namespace VSwitch.Devices.Utun;

/// <summary>The control socket of a utun: what of it is the kernel's, so that all else is tested without one.</summary>
/// <remarks>Any thread; <see cref="Wait"/> is for one at a time.</remarks>
internal interface IUtunSocket : IDisposable
{
    /// <summary>The interface's name.</summary>
    string Name { get; }

    /// <summary>The interface's MTU as of now, in octets of the packet.</summary>
    int Mtu { get; }

    /// <summary>The descriptor; null when there is none.</summary>
    SafeHandle? Handle { get; }

    /// <summary>Receives one packet behind its family header; never blocks.</summary>
    UtunResult Receive(Span<byte> octets, out int length);

    /// <summary>Sends one packet behind its family header; never blocks.</summary>
    UtunResult Send(ReadOnlySpan<byte> octets);

    /// <summary>Blocks until one of <paramref name="wanted"/> is true, or <see cref="Wake"/> was called since the last wait.</summary>
    /// <returns>What is true; an interface that is gone is ready for all.</returns>
    /// <exception cref="UtunException">There is no waiting any more.</exception>
    UtunEvents Wait(UtunEvents wanted);

    /// <summary>Ends the wait that is under way, or the next.</summary>
    void Wake();
}
