using VSwitch.Frames;

namespace VSwitch.Tests.Frames;

public class DropReasonsTests
{
    [Fact]
    public void Describe_EveryReason_HasATextOfItsOwn()
    {
        string[] texts = [.. Enum.GetValues<DropReason>().Select(DropReasons.Describe)];
        Assert.Equal(texts.Length, texts.Distinct().Count());
        Assert.All(Enum.GetValues<DropReason>(), r => Assert.NotEqual(r.ToString(), DropReasons.Describe(r)));
        Assert.All(texts, t => Assert.False(t.EndsWith('.') || t.Any(char.IsControl) || char.IsWhiteSpace(t[0]), t));
    }
}
