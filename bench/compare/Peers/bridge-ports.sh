#!/bin/sh
# Gives the bridge of bridge.sh more ports, or takes them away. Usage: bridge-ports.sh add|del NAME...: the far end of each pair is named NAME.
set -eu
verb=$1
shift
for name; do
  case $verb in
    add) printf 'link add %s type veth peer name n%s\nlink set n%s master br0 up\nlink set %s up\n' "$name" "$name" "$name" "$name" ;;
    del) printf 'link del %s\n' "$name" ;;
  esac
done | ip -batch -
