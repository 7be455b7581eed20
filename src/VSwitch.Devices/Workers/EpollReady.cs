namespace VSwitch.Devices.Workers;

/// <summary>A descriptor that is ready.</summary>
/// <param name="Token">What the descriptor was added with.</param>
/// <param name="Events">What it is ready for.</param>
internal readonly record struct EpollReady(long Token, EpollEvents Events);
