using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using VSwitch.Filtering;
using VSwitch.Identifiers;
using VSwitch.Tool.Control.Messages;

namespace VSwitch.Tool.Control;

/// <summary>The filtering database: reading, flushing, static entries.</summary>
internal static class FdbRoutes
{
    // A copy of a database of a million stations takes memory: one is made at a time, whoever asks.
    private static readonly SemaphoreSlim s_reading = new(1);

    internal static void Map(WebApplication app, VirtualSwitch @switch)
    {
        app.MapGet("/v1/fdb", context => ReadAsync(context, @switch));
        app.MapPost("/v1/fdb/flush", context => FlushAsync(context, @switch));
        app.MapPut("/v1/fdb/entry", context => AddAsync(context, @switch));
        app.MapDelete("/v1/fdb/entry", context => RemoveAsync(context, @switch));
    }

    private static async Task ReadAsync(HttpContext context, VirtualSwitch @switch)
    {
        PortId? port = context.Query("port") is { } name ? ControlContext.FindPort(@switch, name).Id : null;
        VlanId? vlan = context.Query("vlan") is { } vid ? ControlContext.ParseVlan(vid) : null;
        MacAddress? mac = context.Query("mac") is { } address ? ControlContext.ParseMac(address) : null;
        await s_reading.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        try
        {
            Dictionary<PortId, string> names = @switch.Ports.ToDictionary(p => p.Id, p => p.Name);
            IEnumerable<StationMessage> stations =
                from entry in @switch.GetStations()
                where (port ?? entry.Port) == entry.Port && (vlan ?? entry.Vlan) == entry.Vlan && (mac ?? entry.Mac) == entry.Mac
                select new StationMessage(
                    entry.Mac.ToString(),
                    entry.Vlan.Value,
                    names.GetValueOrDefault(entry.Port) ?? entry.Port.ToString(),
                    ControlJson.Word(entry.Kind),
                    (long)entry.Age.TotalSeconds);
            await context.ReplyAsync(new FdbMessage(stations), ControlJson.Default.FdbMessage).ConfigureAwait(false);
        }
        finally
        {
            s_reading.Release();
        }
    }

    private static async Task FlushAsync(HttpContext context, VirtualSwitch @switch)
    {
        FlushRequest request = await context.ReadAsync(ControlJson.Default.FlushRequest).ConfigureAwait(false);
        PortId? port = request.Port is null ? null : ControlContext.FindPort(@switch, request.Port).Id;
        VlanId? vlan = request.Vlan is null ? null : ControlContext.CheckVlan(request.Vlan);
        FilteringDatabase database = @switch.FilteringDatabase;
        int flushed = (port, vlan) switch
        {
            ({ } p, { } v) => database.Flush(p, v),
            ({ } p, null) => database.Flush(p),
            (null, { } v) => database.Flush(v),
            _ => database.Flush(),
        };
        if (request.Sticky)
        {
            flushed += @switch.GetStations()
                .Where(s => s.Kind == FilteringEntryKind.Sticky && (port ?? s.Port) == s.Port && (vlan ?? s.Vlan) == s.Vlan)
                .Count(s => database.Remove(new StationKey(s.Vlan, s.Mac)));
        }

        await context.ReplyAsync(new FlushMessage(flushed), ControlJson.Default.FlushMessage).ConfigureAwait(false);
    }

    private static async Task AddAsync(HttpContext context, VirtualSwitch @switch)
    {
        EntryRequest request = await context.ReadAsync(ControlJson.Default.EntryRequest).ConfigureAwait(false);
        SwitchPort port = ControlContext.FindPort(@switch, request.Port);
        StationKey station = StationOf(request);
        if (!Try(() => @switch.TryAddStation(station, port)))
        {
            throw new ControlException(StatusCodes.Status409Conflict, "the filtering database is full: flush it, or start with a larger --fdb-size");
        }

        await context.ReplyAsync(new DoneMessage($"{station} is behind {port.Name} for good"), ControlJson.Default.DoneMessage).ConfigureAwait(false);
    }

    private static async Task RemoveAsync(HttpContext context, VirtualSwitch @switch)
    {
        StationKey station = StationOf(await context.ReadAsync(ControlJson.Default.EntryRequest).ConfigureAwait(false));
        if (!Try(() => @switch.RemoveStation(station)))
        {
            throw new ControlException(StatusCodes.Status404NotFound, $"no entry for {station}: see vswitch fdb");
        }

        await context.ReplyAsync(new DoneMessage($"{station} is forgotten"), ControlJson.Default.DoneMessage).ConfigureAwait(false);
    }

    private static StationKey StationOf(EntryRequest request) =>
        new(ControlContext.CheckVlan(request.Vlan ?? throw ControlContext.Bad("vlan is missing: a number from 1 to 4094")), ControlContext.ParseMac(request.Mac));

    private static bool Try(Func<bool> change)
    {
        try
        {
            return change();
        }
        catch (ArgumentException error)
        {
            throw ControlContext.Refusal(error);
        }
    }
}
