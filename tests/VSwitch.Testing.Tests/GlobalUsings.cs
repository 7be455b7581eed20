global using VSwitch.Frames;
global using VSwitch.Identifiers;
global using VSwitch.Wire;
