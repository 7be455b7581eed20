using VSwitch.Bpf;
using VSwitch.Classifying;

namespace VSwitch.AccessControl;

/// <summary>Which frames, and whether they may pass. Immutable; one rule may stand in many lists.</summary>
public sealed class AccessRule
{
    private readonly string _text;

    private AccessRule(AccessAction action, PacketConditions? conditions, BpfProgram? filter, string text) =>
        (Action, Conditions, Filter, _text) = (action, conditions, filter, text);

    /// <summary>What becomes of frames that match.</summary>
    public AccessAction Action { get; }

    /// <summary>What a frame has to meet; null for rules that ask for nothing, or by a program.</summary>
    internal PacketConditions? Conditions { get; }

    /// <summary>The program that a frame has to pass; null for rules that ask for nothing, or by conditions.</summary>
    internal BpfProgram? Filter { get; }

    /// <summary>All frames may pass.</summary>
    public static AccessRule Permit() => new(AccessAction.Permit, null, null, "");

    /// <summary>Frames may pass that meet all conditions.</summary>
    /// <param name="conditions">Asked of each frame; its answer plays no part.</param>
    /// <example><c>AccessRule.Permit(ClassifierRule.All.Protocol(IpProtocol.Tcp).DestinationPort(443))</c></example>
    public static AccessRule Permit(ClassifierRule conditions) => Of(AccessAction.Permit, conditions);

    /// <summary>Frames may pass for which a program does not return 0.</summary>
    /// <param name="filter">Made for frames that begin with an Ethernet header.</param>
    /// <param name="text">What it was made of, for people.</param>
    public static AccessRule Permit(BpfProgram filter, string text) => Of(AccessAction.Permit, filter, text);

    /// <summary>No frame may pass.</summary>
    public static AccessRule Deny() => new(AccessAction.Deny, null, null, "");

    /// <summary>Frames may not pass that meet all conditions.</summary>
    /// <param name="conditions">Asked of each frame; its answer plays no part.</param>
    public static AccessRule Deny(ClassifierRule conditions) => Of(AccessAction.Deny, conditions);

    /// <summary>Frames may not pass for which a program does not return 0.</summary>
    /// <param name="filter">Made for frames that begin with an Ethernet header.</param>
    /// <param name="text">What it was made of, for people.</param>
    public static AccessRule Deny(BpfProgram filter, string text) => Of(AccessAction.Deny, filter, text);

    /// <summary>As in the text of a list, of a rule with a program or without conditions: <c>deny tcp dst port 23</c>.</summary>
    public override string ToString()
    {
        string action = Action == AccessAction.Permit ? "permit" : "deny";
        return _text.Length == 0 ? action : $"{action} {_text}";
    }

    private static AccessRule Of(AccessAction action, ClassifierRule conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return conditions.Conditions.IsEmpty ? new(action, null, null, "") : new(action, conditions.Conditions, null, conditions.Conditions.ToString());
    }

    private static AccessRule Of(AccessAction action, BpfProgram filter, string text)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(text);
        return new(action, null, filter, text);
    }
}
