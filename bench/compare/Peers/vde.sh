#!/bin/sh
# vde_switch with a TAP a port. Usage: vde.sh HOME STATIONS PORT...: STATIONS is the size of its hash table; its socket is in the folder HOME.
set -eu
home=$1 stations=$2
shift 2
taps= ports=16
for port; do taps="$taps --tap $port" ports=$((ports + 1)); done
mkfifo "$home/input" # it ends with its standard input
# shellcheck disable=SC2086
vde_switch --sock "$home/ctl" --numports $ports --hashsize "$stations" $taps <>"$home/input" >/dev/null &
switch=$!
trap 'trap "" TERM INT; kill $switch 2>/dev/null; wait $switch || :; exit 0' TERM INT
for port; do # it opens them in order
  while [ ! -e "/sys/class/net/$port" ]; do
    kill -0 $switch 2>/dev/null || { echo "vde_switch ended" >&2; exit 1; }
    sleep 0.01
  done
done
echo ready
wait $switch
