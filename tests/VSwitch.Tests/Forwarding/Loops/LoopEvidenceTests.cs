using VSwitch.Forwarding.Loops;
using VSwitch.Identifiers;
using VSwitch.Policies;

namespace VSwitch.Tests.Forwarding.Loops;

/// <summary>The loop guard that says nothing, and blocks on evidence.</summary>
public sealed class LoopEvidenceTests
{
    private static readonly PortId s_a = new(0, 0);
    private static readonly PortId s_b = new(1, 3);
    private static readonly PortId s_c = new(2, 0);

    private readonly LoopGuard _guard = new(new() { Method = LoopGuardMethod.Moves }, 1, 2);
    private readonly List<PortId> _due = [];
    private long _now = 1000;

    public LoopEvidenceTests() => _guard.SetPorts([s_c, s_a, s_b]);

    [Fact]
    [Trait("Fault", "29")]
    public void NoteEvidence_BlocksTheHigherAndProbesNobody()
    {
        _guard.NoteEvidence(s_b, s_a, _now);
        Assert.True(_guard.IsBlocked(s_b));
        Assert.False(_guard.IsBlocked(s_a) || _guard.IsBlocked(s_c));
        Assert.Equal(2000, Blocked());
        Assert.Equal(0, _guard.ProbesSent);
    }

    [Fact]
    public void NoteEvidence_LoopStaysThere_TrialsBecomeRareUpToAMinute()
    {
        List<long> times = [];
        for (int i = 0; i < 8; i++)
        {
            _guard.NoteEvidence(s_a, s_b, _now);
            times.Add(Blocked());
            _now += 1000;
        }

        Assert.Equal([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000], times);
    }

    [Theory]
    [InlineData(5_000, 8000)]
    [InlineData(5_001, 4000)]  // no relapse, and not quiet for long: as before
    [InlineData(60_000, 4000)]
    [InlineData(60_001, 2000)]
    public void NoteEvidence_AfterAPause_TrialIsLongerAsBeforeOrShort(long pause, long expected)
    {
        _guard.NoteEvidence(s_a, s_b, _now);
        Blocked();
        _guard.NoteEvidence(s_a, s_b, _now);
        Assert.Equal(4000, Blocked());
        _now += pause;
        _guard.NoteEvidence(s_a, s_b, _now);
        Assert.Equal(expected, Blocked());
    }

    [Fact]
    public void NoteEvidence_OneIsBlockedAlready_ChangesNothing()
    {
        _guard.NoteEvidence(s_a, s_b, _now);
        _now += 1500;
        _guard.NoteEvidence(s_b, s_c, _now);
        Assert.False(_guard.IsBlocked(s_c));
        Assert.Equal(500, Blocked());
    }

    [Fact]
    public void NoteEvidence_WithPortsThatAreNotGuarded_BlocksTheOneThatIs()
    {
        PortId unguarded = new(9, 0);
        _guard.NoteEvidence(unguarded, new(2, 1), _now);
        _guard.NoteEvidence(PortId.Switch, PortId.None, _now);
        _guard.NoteEvidence(s_c, s_c, _now);
        Assert.False(_guard.TryTakeChange(out _));
        _guard.NoteEvidence(unguarded, s_b, _now);
        Assert.True(_guard.IsBlocked(s_b));
    }

    [Fact]
    public void NoteEvidence_GuardThatProbes_HeedsItNot()
    {
        LoopGuard probing = new(new(), 1, 2);
        probing.SetPorts([s_a, s_b]);
        probing.NoteEvidence(s_a, s_b, _now);
        Assert.False(probing.IsBlocked(s_b));
    }

    /// <summary>How long the port b is blocked still.</summary>
    private long Blocked()
    {
        long begin = _now;
        Assert.True(_guard.IsBlocked(s_b));
        for (; _guard.IsBlocked(s_b); _now += 100)
        {
            _guard.Advance(_now + 100, _due);
            Assert.Empty(_due);
        }

        return _now - begin;
    }
}
