using VSwitch.TestKit;

namespace VSwitch.Testing.Tests;

/// <summary>Captures of others: whatever is in them, each replays or says in one line why not, and no frame is lost.</summary>
public sealed class RealCaptureTests
{
    private const int MaxPackets = 2000;

    [Fact]
    public void Replay_EveryCapture_IsAccountedForOrSaysWhyNot()
    {
        string? folder = CaptureFolder.Find();
        Assert.SkipWhen(folder is null, "no captures: VSWITCH_CAPTURES names no folder, and ../shared/captures is not beside the repository");
        int replayed = 0;
        foreach (string path in Directory.EnumerateFiles(folder!).Order(StringComparer.Ordinal))
        {
            using var lab = new SwitchLab(new LabOptions { Seed = 3, Switch = new SwitchOptions { FilteringDatabaseSize = 256, BurstFrames = 4 } });
            LabPort from = lab.AddPort("from", mtu: 65_535), to = lab.AddPort("to", mtu: 65_535);
            try
            {
                long frames = lab.Replay(path).UpToDamage().Limit(MaxPackets).AtOnce().Into(from);
                lab.Run();
                Assert.Equal(frames, from.Port.Counters.ReceivedFrames);
                Assert.Equal(frames, to.Received.Count + DropReasons.All.Sum(from.Drops) + DropReasons.All.Sum(to.Drops));
                replayed++;
            }
            catch (InvalidDataException error)
            {
                Assert.StartsWith($"{path}: ", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
            }
        }

        Assert.True(replayed > 0);
    }
}
