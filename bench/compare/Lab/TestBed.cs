namespace VSwitch.CompareBench.Lab;

/// <summary>What every measure needs.</summary>
/// <param name="Lab">The namespaces.</param>
/// <param name="Tools">The compiled C tools.</param>
/// <param name="Repository">The root of the repository, where subjects are started.</param>
/// <param name="Slice">How long one measure of one subject lasts; whole seconds, because iperf3 knows no less.</param>
/// <param name="Quick">One short run a row: warming up and settling are short, too.</param>
internal sealed record TestBed(NetworkLab Lab, NativeTools Tools, string Repository, TimeSpan Slice, bool Quick);
