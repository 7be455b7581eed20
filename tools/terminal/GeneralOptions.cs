using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;

namespace VSwitch.Terminal;

/// <summary>What every command understands: --help and --version.</summary>
/// <remarks>The library's own options look their descriptions up in its resources, which takes 10 ms at every start, of a switch too.</remarks>
internal static class GeneralOptions
{
    internal static Option Help() => new Option<bool>("--help", "-?", "-h")
    {
        Description = "Show help and usage information",
        Arity = ArgumentArity.Zero,
        Recursive = true,
        Action = new HelpAction(),
    };

    internal static Option Version() => new Option<bool>("--version")
    {
        Description = "Show version information",
        Arity = ArgumentArity.Zero,
        Action = new VersionAction(),
    };

    private sealed class VersionAction : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            string? version = Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
            parseResult.InvocationConfiguration.Output.WriteLine(version);
            return ExitCode.Done;
        }
    }
}
