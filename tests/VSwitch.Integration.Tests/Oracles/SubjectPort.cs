using VSwitch.Policies;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>The one place that knows how a policy comes to a port.</summary>
internal static class SubjectPort
{
    /// <summary>Options for a port with a policy.</summary>
    internal static PortOptions With(PortPolicy policy) => new() { Policy = policy };
}
