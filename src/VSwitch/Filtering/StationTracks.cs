using System.Diagnostics;
using VSwitch.Identifiers;

namespace VSwitch.Filtering;

/// <summary>A bounded number of stations, found by their key, in two lists: those that move, the last to move last, and those that are held, the last to be released last.</summary>
/// <remarks>One thread at a time. All memory is taken at the start. A full store gives up the mover that was silent longest; who is held stays, for somebody has to release him.</remarks>
internal sealed class StationTracks
{
    /// <summary>Stations that are tracked at once.</summary>
    internal const int Capacity = 1024;

    /// <summary>No track; the end of a list.</summary>
    internal const int None = -1;

    private readonly Dictionary<StationKey, int> _places;
    private readonly StationTrack[] _tracks = new StationTrack[Capacity];
    private readonly int[] _free = new int[Capacity];
    private (int Oldest, int Newest) _moving = (None, None);
    private (int Oldest, int Newest) _held = (None, None);
    private int _freeCount = Capacity;

    internal StationTracks(ulong hashSeed)
    {
        _places = new(Capacity, new StationComparer(hashSeed));
        for (int i = 0; i < Capacity; i++)
        {
            _free[i] = Capacity - 1 - i;
        }
    }

    internal int Count => _places.Count;

    /// <summary>The mover that was silent longest, or <see cref="None"/>.</summary>
    internal int OldestMoving => _moving.Oldest;

    /// <summary>The held one that is to be released first, or <see cref="None"/>.</summary>
    internal int OldestHeld => _held.Oldest;

    internal ref StationTrack this[int track] => ref _tracks[track];

    /// <summary>Finds the track of a station or begins one.</summary>
    /// <returns><see cref="None"/> when all tracks are of stations that are held.</returns>
    internal int FindOrTake(StationKey station)
    {
        if (_places.TryGetValue(station, out int track))
        {
            return track;
        }

        if (_freeCount == 0)
        {
            if (_moving.Oldest == None)
            {
                return None;
            }

            Remove(_moving.Oldest);
        }

        track = _free[--_freeCount];
        _tracks[track] = new() { Station = station };
        _places.Add(station, track);
        Append(track, ref _moving);
        return track;
    }

    /// <summary>A station that is not held moved.</summary>
    internal void Touch(int track)
    {
        Debug.Assert(!_tracks[track].IsHeld);
        TakeOut(track, ref _moving);
        Append(track, ref _moving);
    }

    internal void Hold(int track)
    {
        TakeOut(track, ref _moving);
        _tracks[track].IsHeld = true;
        Append(track, ref _held);
    }

    internal void Release(int track)
    {
        TakeOut(track, ref _held);
        _tracks[track].IsHeld = false;
        Append(track, ref _moving);
    }

    /// <summary>Ends the track of a station that is not held.</summary>
    internal void Remove(int track)
    {
        TakeOut(track, ref _moving);
        _places.Remove(_tracks[track].Station);
        _free[_freeCount++] = track;
    }

    private void Append(int track, ref (int Oldest, int Newest) list)
    {
        (_tracks[track].Older, _tracks[track].Newer) = (list.Newest, None);
        if (list.Newest == None)
        {
            list.Oldest = track;
        }
        else
        {
            _tracks[list.Newest].Newer = track;
        }

        list.Newest = track;
    }

    private void TakeOut(int track, ref (int Oldest, int Newest) list)
    {
        (int older, int newer) = (_tracks[track].Older, _tracks[track].Newer);
        if (older == None)
        {
            list.Oldest = newer;
        }
        else
        {
            _tracks[older].Newer = newer;
        }

        if (newer == None)
        {
            list.Newest = older;
        }
        else
        {
            _tracks[newer].Older = older;
        }
    }
}
