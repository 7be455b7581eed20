#!/bin/sh
# The Linux kernel's bridge over veth pairs. Usage: bridge.sh PORT...: the far end of each pair is named PORT, and is for the caller to take away.
set -eu
finish() { trap '' TERM INT; ip link del br0 2>/dev/null; for port; do ip link del "sw-$port" 2>/dev/null; done; exit 0; }
trap 'finish "$@"' TERM INT
ip link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
ip link set br0 up
for port; do
  printf 'link add sw-%s type veth peer name %s\nlink set sw-%s master br0 up\n' "$port" "$port" "$port"
done | ip -batch -
echo ready
while :; do sleep 3600 & wait $! || :; done
