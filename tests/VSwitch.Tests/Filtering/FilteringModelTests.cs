using VSwitch.Filtering;
using VSwitch.Identifiers;
using VSwitch.Learning;

namespace VSwitch.Tests.Filtering;

/// <summary>Random operations on the database and on a <see cref="FilteringModel"/> have the same results and leave the same contents.</summary>
public sealed class FilteringModelTests
{
    private const int Operations = 200_000;
    private const int Ports = 4;
    private const uint AgeingSeconds = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Fault", "20")]
    [Trait("Fault", "26")]
    [Trait("Fault", "27")]
    public void RandomOperations_AgreeWithTheModel(int seed)
    {
        var random = new Random(seed);
        var database = new FilteringDatabase(capacity: 256, TimeSpan.FromSeconds(AgeingSeconds), hashSeed: (ulong)seed);
        var model = new FilteringModel(AgeingSeconds);
        var ports = new PortId[Ports];
        for (int i = 0; i < Ports; i++)
        {
            ports[i] = new(i, 0);
        }

        uint now = uint.MaxValue - 1000; // the clock wraps under way
        for (int i = 0; i < Operations; i++)
        {
            int place = random.Next(Ports);
            StationKey station = RandomStation();
            string? wrong = random.Next(100) switch
            {
                < 75 => Compare("learn", model.Learn(station, ports[place], now), database.Learn(station, ports[place], now)),
                < 78 => LearnOfTheFormerPort(),
                < 86 => Pass(),
                < 90 => Pin(isPinned: random.Next(3) != 0),
                < 93 => SetTerms(),
                _ => Rarely(),
            };
            wrong ??= Compare("find", model.Find(station), database.Find(station, now));
            Assert.True(wrong is null, $"seed {seed}, operation {i}: {wrong}");

            StationKey RandomStation() => new(new VlanId((ushort)(1 + random.Next(3))), new MacAddress(0x0200_0000_0000UL + (ulong)random.Next(1, 40)));

            string? LearnOfTheFormerPort()
            {
                PortId former = new(place, ports[place].Generation - 1);
                return Compare("learn formerly", model.Learn(station, former, now), database.Learn(station, former, now));
            }

            string? Pin(bool isPinned)
            {
                database.Age(now);
                return Compare("pin", model.Pin(station, isPinned), isPinned ? database.Pin(station) : database.Unpin(station));
            }

            string? Pass()
            {
                now += (uint)random.Next(4);
                model.Age(now);
                if (random.Next(2) == 0)
                {
                    return null; // what has expired is still there
                }

                database.Age(now);
                return Compare("count", model.Count, database.Count);
            }

            string? SetTerms()
            {
                int? max = random.Next(3) == 0 ? null : random.Next(30);
                bool isSticky = random.Next(8) == 0;
                switch (random.Next(3))
                {
                    case 0:
                        model.SetLimit(ports[place], max);
                        database.SetLimit(ports[place], max);
                        break;
                    case 1:
                        model.SetLimit(station.Vlan, max);
                        database.SetLimit(station.Vlan, max);
                        break;
                    default:
                        model.SetSticky(ports[place], isSticky);
                        database.SetSticky(ports[place], isSticky);
                        break;
                }

                return null;
            }

            string? Rarely()
            {
                database.Age(now); // what a flush or a removal counts includes what no sweep has met
                PortId port = ports[place];
                switch (random.Next(40))
                {
                    case < 20:
                        return Compare("remove", model.Remove(station), database.Remove(station));
                    case < 23:
                        model.AddStatic(station, port);
                        return Compare("static", true, database.TryAddStatic(station, port));
                    case < 25:
                        return Compare("flush port", model.Flush((_, p) => p == port), database.Flush(port));
                    case 25:
                        return Compare("flush VLAN", model.Flush((s, _) => s.Vlan == station.Vlan), database.Flush(station.Vlan));
                    case 26:
                        return Compare("flush port and VLAN", model.Flush((s, p) => p == port && s.Vlan == station.Vlan), database.Flush(port, station.Vlan));
                    case 27:
                        return Compare("flush", model.Flush((_, _) => true), database.Flush());
                    case < 30:
                        return Compare("flush sticky", model.FlushSticky(port), database.FlushSticky(port));
                    case < 32:
                        ports[place] = new(place, port.Generation + 1);
                        return Compare("unplug", model.Unplug(port), database.Flush(port, includeStatic: true));
                    case 32:
                        IEnumerable<FilteringEntry> found = database.Snapshot(now).OrderBy(e => (e.Vlan.Value, e.Mac.Value));
                        return found.SequenceEqual(model.Snapshot(now).OrderBy(e => (e.Vlan.Value, e.Mac.Value))) ? null : "snapshot";
                    default:
                        return Compare("counters", (model.Moves, model.Refusals, model.Held(place)), (database.Moves, database.LimitRefusals, database.Held(port)));
                }
            }
        }
    }

    private static string? Compare<T>(string what, T expected, T found)
        where T : IEquatable<T> => expected.Equals(found) ? null : $"{what}: expected {expected}, found {found}";

    private static string? Compare(string what, LearnResult expected, LearnResult found) => Compare(what, (int)expected, (int)found);
}
