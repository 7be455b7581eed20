using System.Collections;
using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace VSwitch.Benchmarks.Tests;

/// <summary>A benchmark with the values of its parameters: as BenchmarkDotNet would run it, without the measuring of time.</summary>
internal sealed record BenchmarkCase(Type Type, MethodInfo Method, IReadOnlyList<(PropertyInfo Property, object Value)> Parameters)
{
    private const int LargestParameter = 100_000; // set-up of more takes seconds, and allocates as the small ones do

    internal string Name
    {
        get
        {
            string parameters = string.Join(", ", Parameters.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Property.Name}={p.Value}")));
            return $"{Type.Name}.{Method.Name}{(parameters.Length > 0 ? $"({parameters})" : "")}";
        }
    }

    /// <summary>All benchmarks of the project, with all values of their parameters but the largest.</summary>
    internal static IEnumerable<BenchmarkCase> All() =>
        from type in typeof(Forwarding.StagesBenchmarks).Assembly.GetTypes()
        from method in type.GetMethods()
        where method.GetCustomAttribute<BenchmarkAttribute>() is not null
        from parameters in Combinations(type)
        select new BenchmarkCase(type, method, parameters);

    /// <summary>Octets that an operation allocates, on all threads: the least of several rounds, since the runtime allocates for itself now and then.</summary>
    internal async Task<double> MeasureAsync()
    {
        const int Rounds = 7;
        object benchmark = Activator.CreateInstance(Type)!;
        foreach ((PropertyInfo property, object value) in Parameters)
        {
            property.SetValue(benchmark, value);
        }

        await CallAsync<GlobalSetupAttribute>(benchmark);
        try
        {
            int operations = Method.GetCustomAttribute<BenchmarkAttribute>()!.OperationsPerInvoke;
            long least = long.MaxValue;
            for (int i = 0; i < Rounds; i++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                if (Method.Invoke(benchmark, []) is Task task)
                {
                    await task;
                }

                least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            }

            return (double)least / operations;
        }
        finally
        {
            await CallAsync<GlobalCleanupAttribute>(benchmark);
        }
    }

    private async Task CallAsync<TAttribute>(object benchmark)
        where TAttribute : Attribute
    {
        foreach (MethodInfo method in Type.GetMethods().Where(m => m.GetCustomAttribute<TAttribute>() is not null))
        {
            switch (method.Invoke(benchmark, []))
            {
                case Task task:
                    await task;
                    break;
                case ValueTask task:
                    await task;
                    break;
            }
        }
    }

    private static IEnumerable<IReadOnlyList<(PropertyInfo, object)>> Combinations(Type type)
    {
        IEnumerable<IReadOnlyList<(PropertyInfo, object)>> all = [[]];
        foreach (PropertyInfo property in type.GetProperties())
        {
            object[] values = [.. Values(type, property).Where(v => v is not int number || number <= LargestParameter)];
            if (values.Length > 0)
            {
                all = [.. from before in all from value in values select (IReadOnlyList<(PropertyInfo, object)>)[.. before, (property, value)]];
            }
        }

        return all;
    }

    private static IEnumerable<object> Values(Type type, PropertyInfo property)
    {
        if (property.GetCustomAttribute<ParamsAttribute>() is { } named)
        {
            return named.Values!;
        }

        return property.GetCustomAttribute<ParamsSourceAttribute>() is { } source
            ? ((IEnumerable)Source(type, source.Name)).Cast<object>()
            : [];
    }

    private static object Source(Type type, string name)
    {
        object? on = Activator.CreateInstance(type);
        return type.GetProperty(name)?.GetValue(on) ?? type.GetMethod(name)!.Invoke(on, [])!;
    }
}
