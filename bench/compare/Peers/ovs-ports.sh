#!/bin/sh
# Gives the switch of ovs.sh more TAPs, or takes them away, in one transaction. Usage: ovs-ports.sh HOME add|del NAME...
set -eu
home=$1 verb=$2
shift 2
changes=
for name; do
  case $verb in
    add) changes="$changes -- add-port br0 $name -- set Interface $name type=tap" ;;
    del) changes="$changes -- del-port br0 $name" ;;
  esac
done
# shellcheck disable=SC2086
exec ovs-vsctl --db="unix:$home/db.sock" --timeout=90 $changes
