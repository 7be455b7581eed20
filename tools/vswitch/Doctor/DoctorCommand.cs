using System.CommandLine;
namespace VSwitch.Tool.Doctor;
internal static class DoctorCommand { internal static Command Create() => new("doctor"); }
