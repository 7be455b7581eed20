using System.Text;
using VSwitch.AccessControl;
using VSwitch.Devices.Filters;
using VSwitch.Terminal;

namespace VSwitch.Tool.Ports;

/// <summary>Reads an access list from a file.</summary>
internal static class AccessListFile
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="UserException">With all problems, each with the file and, where it has one, its line.</exception>
    internal static AccessList Read(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new UserException("the path of a file is missing");
        }

        if (Directory.Exists(path))
        {
            throw new UserException($"{path} is a directory: write the path of a file with permit and deny lines");
        }

        try
        {
            return AccessListParser.Parse(path, ReadText(path), expression => PcapFilter.Compile(expression));
        }
        catch (AccessListException error)
        {
            throw new UserException(error.Problems, error);
        }
        catch (InvalidOperationException error)
        {
            throw new UserException($"{path}: {error.Message}", error); // libpcap is not there
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} can't be read: {error.Message.TrimEnd('.')}: write the path of a file with permit and deny lines", error);
        }
    }

    private static string ReadText(string path)
    {
        byte[] octets = new byte[AccessListParser.MaxOctets + 1]; // more than this is not looked at, whatever the file has
        using FileStream file = File.OpenRead(path);
        int length = file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
        if (length > AccessListParser.MaxOctets)
        {
            throw new UserException($"{path} has more than {AccessListParser.MaxOctets} octets: leave some out");
        }

        try
        {
            return s_strict.GetString(octets, 0, length);
        }
        catch (DecoderFallbackException error)
        {
            throw new UserException($"{path} is not text in UTF-8: write permit and deny lines", error);
        }
    }
}
