using System.Globalization;
using System.Xml.Linq;
using VSwitch.CompareBench.Lab;
using VSwitch.CompareBench.Results;

namespace VSwitch.CompareBench.Tests;

public sealed class SvgChartTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Draw_HasABarForEachSubject_OursApart_AndSaysWhenAndWhere()
    {
        XElement svg = Draw((new Subject("relay", "a"), [100]), (new Subject("vswitch", "b"), [200]), (new Subject("ovs", "c"), [50]));
        XElement[] bars = [.. Bars(svg)];
        Assert.Equal(["bar", "mine", "bar"], bars.Select(bar => (string)bar.Attribute("class")!));
        Assert.Equal(2, Width(bars[1]) / Width(bars[0]), 0.01);
        Assert.Equal(2, Width(bars[0]) / Width(bars[2]), 0.01);
        Assert.Contains("a machine", Texts(svg));
        Assert.Contains(Texts(svg), text => text.Contains("2026-01-02", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("</text><script>alert(1)</script>")]
    [InlineData("\"&<>'")]
    [InlineData("\u0000\u0001\uffff")]
    [InlineData("\ud800")]
    public void Draw_OfAHostileName_IsWellFormed_AndTextOnly(string name)
    {
        XElement svg = Draw((new Subject(name, "a"), [1]));
        Assert.DoesNotContain(svg.Descendants(), element => element.Name.LocalName == "script");
        Assert.Single(Bars(svg));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Draw_OfNoNumber_HasAWordInsteadOfABar(double value)
    {
        XElement svg = Draw((new Subject("relay", "a"), [1]), (new Subject("ovs", "b"), [value]));
        Assert.Single(Bars(svg));
        Assert.Contains("not measured", Texts(svg));
    }

    [Fact]
    public void Draw_OfNothing_IsAChartWithoutPanels() => Assert.Empty(Bars(Draw((new Subject("relay", "a"), [double.NaN]))));

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(1e-12)]
    [InlineData(1e300)]
    public void Draw_OfAnyNumber_KeepsItsBarInThePicture(double value)
    {
        XElement svg = Draw((new Subject("relay", "a"), [value]));
        Assert.InRange(Width(Assert.Single(Bars(svg))), 1, (double)svg.Attribute("width")!);
    }

    private static XElement Draw(params (Subject Subject, double[] Values)[] subjects) =>
        XDocument.Parse(SvgChart.Draw(FakeRun.Of(new FakeMeasure(), subjects))).Root!;

    private static IEnumerable<XElement> Bars(XElement svg) =>
        svg.Descendants(s_svg + "rect").Where(rect => (string?)rect.Attribute("class") is "bar" or "mine");

    private static IEnumerable<string> Texts(XElement svg) => svg.Descendants(s_svg + "text").Select(text => text.Value);

    private static double Width(XElement bar) => double.Parse(bar.Attribute("width")!.Value, CultureInfo.InvariantCulture);
}
