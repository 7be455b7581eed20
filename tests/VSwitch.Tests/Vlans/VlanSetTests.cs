using VSwitch.Identifiers;
using VSwitch.Vlans;

namespace VSwitch.Tests.Vlans;

public class VlanSetTests
{
    [Theory]
    [InlineData("10", "10")]
    [InlineData("10+20+30-40", "10+20+30-40")]
    [InlineData("3,1,2", "1-3")]
    [InlineData("all", "all")]
    [InlineData("1-4094", "all")]
    [InlineData("none", "none")]
    [InlineData("4094+1", "1+4094")]
    public void Parse_ThenToString(string text, string expected)
    {
        VlanSet set = VlanSet.Parse(text);
        Assert.Equal(expected, set.ToString());
        Assert.Equal(set, VlanSet.Parse(set.ToString()));
        Assert.Equal(set.GetHashCode(), VlanSet.Parse(set.ToString()).GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("4095")]
    [InlineData("20-10")]
    [InlineData("10+")]
    [InlineData("-10")]
    [InlineData("10-")]
    [InlineData("1-2-3")]
    [InlineData(" 10")]
    [InlineData("+10")]
    [InlineData("65546")]
    [InlineData("1e1")]
    public void Parse_OfNoSet_Fails(string text)
    {
        Assert.False(VlanSet.TryParse(text, null, out _));
        Assert.Throws<FormatException>(() => VlanSet.Parse(text));
    }

    [Fact]
    public void Contains_IsExact_AtTheEdges()
    {
        VlanSet set = VlanSet.Parse("1+63-65+4094");
        Assert.Equal([1, 63, 64, 65, 4094], set.Members().Select(v => (int)v.Value));
        Assert.Equal(5, set.Count);
        Assert.False(set.Contains(VlanId.PriorityTagged) || set.Contains(VlanId.Reserved) || VlanSet.All.Contains(VlanId.Reserved));
        Assert.Equal(4094, VlanSet.All.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => new VlanSet(VlanId.Reserved));
        Assert.Equal("1-3", new VlanSet(new VlanId(1), new VlanId(3)).Union(new VlanSet(new VlanId(2))).ToString());
    }

    /// <summary>Whatever the text: a set or a refusal.</summary>
    [Fact]
    public void Parse_OfRandomText_NeverThrows()
    {
        var random = new Random(5);
        const string Letters = "0123456789+-, aln";
        for (int i = 0; i < 20_000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(12)).Select(_ => Letters[random.Next(Letters.Length)])]);
            if (VlanSet.TryParse(text, null, out VlanSet? set))
            {
                Assert.Equal(set, VlanSet.Parse(set.ToString()));
            }
        }
    }
}
