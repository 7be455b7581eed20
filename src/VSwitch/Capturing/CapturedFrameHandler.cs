namespace VSwitch.Capturing;

/// <summary>Looks at a captured frame.</summary>
/// <param name="frame">Valid during the call.</param>
public delegate void CapturedFrameHandler(in CapturedFrame frame);
