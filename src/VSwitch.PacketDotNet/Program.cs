using VSwitch.Devices.Dissecting;
using VSwitch.PacketDotNet;

return DissectorHost.Run(new PacketDotNetDissector());
