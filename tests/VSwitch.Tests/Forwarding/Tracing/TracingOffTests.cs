using System.Runtime.CompilerServices;
using VSwitch.Forwarding;
using VSwitch.TestKit;
using VSwitch.Tracing;

namespace VSwitch.Tests.Forwarding.Tracing;

/// <summary>A switch that nobody traces is as if nobody ever had.</summary>
public class TracingOffTests
{
    [Fact]
    public void SessionsThatEnd_LeaveNothingForTheStagesToLookAt()
    {
        TestSwitch net = new();
        SwitchState state = StateOf(net.Switch);
        Assert.Null(state.Tracing);
        TraceSession first = net.Switch.StartTrace(new TraceRequest { Count = 100 });
        TraceSession second = net.Switch.StartTrace(new TraceRequest { Count = 2 });
        Assert.Equal(2, state.Tracing?.Length);

        net.Send(0, TestSwitch.Frame(0, 1).Build());
        net.Send(0, TestSwitch.Frame(0, 1).Build());
        Assert.Equal([first], state.Tracing); // the second has what it asked for
        first.Dispose();
        first.Dispose();
        second.Dispose();
        Assert.Null(state.Tracing);

        Assert.Equal((2, 2), (first.Traces.Count, second.Traces.Count));
        net.Send(0, TestSwitch.Frame(0, 1).Build());
        Assert.Equal((2, 2), (first.Traces.Count, second.Traces.Count));
        Assert.Equal(0, net.Unaccounted());
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_state")]
    private static extern ref SwitchState StateOf(VirtualSwitch @switch);
}
