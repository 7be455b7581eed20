namespace VSwitch.Devices.Workers;

/// <summary>Told by the <see cref="Reactor"/> that its descriptor is ready.</summary>
internal interface IReactorClient
{
    /// <summary>On the reactor's thread: short, never blocks.</summary>
    void OnReady(EpollEvents events);
}
