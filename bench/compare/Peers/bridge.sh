#!/bin/sh
# The Linux kernel's bridge over veth pairs. Usage: bridge.sh PORT...: the far end of each pair is named PORT.
set -eu
finish() {
  trap '' TERM INT
  ip link del group 1 || : # the pairs at once; one by one a hundred take seconds
  ip link del br0 || :
  exit 0
}
trap finish TERM INT
ip link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
ip link set br0 up
number=0
for port; do # a name has 15 letters at most: the near end's says nothing of the port's
  number=$((number + 1))
  printf 'link add near%s group 1 type veth peer name %s\nlink set near%s master br0 up\n' "$number" "$port" "$number"
done | ip -batch -
echo ready
while :; do
  sleep 3600 &
  wait $! || :
done
