namespace VSwitch.Wire;

/// <summary>What an ARP message is; the operations that a switch looks at (RFC 826).</summary>
internal enum ArpOperation : ushort
{
    /// <summary>Who has the target protocol address?</summary>
    Request = 1,

    /// <summary>The sender has its protocol address.</summary>
    Reply = 2,
}
