namespace VSwitch.TestKit;

/// <summary>What a <see cref="HookedDevice"/> is asked for.</summary>
public enum DeviceCall
{
    Receive,
    WaitToReceive,
    Send,
    WaitToSend,
    Mtu,
    Dispose,
}
