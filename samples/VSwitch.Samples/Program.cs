using VSwitch.Samples;

(string Name, Func<Task> Run)[] samples =
[
    ("pipe", PipeSample.RunAsync),
    ("copy", CopySample.RunAsync),
    ("forwarder", ForwarderSample.RunAsync),
    ("point-to-point", PointToPointSample.RunAsync),
    ("detach", DetachSample.RunAsync),
    ("callback", CallbackSample.RunAsync),
    ("stream", StreamSample.RunAsync),
    ("joiner", JoinerSample.RunAsync),
    ("splitter", SplitterSample.RunAsync),
    ("tun", TunSample.RunAsync),
    ("classifier", ClassifierSample.RunAsync),
    ("errors", ErrorsSample.RunAsync),
];

if (args.Length > 0 && !samples.Any(s => args.Contains(s.Name)))
{
    Console.Error.WriteLine($"there is {string.Join(", ", samples.Select(s => s.Name))}; without a name, all run");
    return 2;
}

foreach ((string name, Func<Task> run) in samples.Where(s => args.Length == 0 || args.Contains(s.Name)))
{
    Console.WriteLine($"{name}:");
    await run();
}

return 0;
