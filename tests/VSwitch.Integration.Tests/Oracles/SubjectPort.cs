using VSwitch.Policies;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>The one place that knows how a policy comes to a port.</summary>
internal static class SubjectPort
{
#if PORT_POLICIES
    /// <summary>Options for a port with a policy.</summary>
    internal static PortOptions With(PortPolicy policy) => new() { Policy = policy };
#else
    /// <summary>Options for a port with a policy; skips the test when there is one, as long as a switch has none.</summary>
    internal static PortOptions With(PortPolicy policy)
    {
        Assert.SkipUnless(policy == PortPolicy.None, "ports have no policies yet");
        return new();
    }
#endif
}
