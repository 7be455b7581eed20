#!/bin/sh
# Open vSwitch's datapath in userspace with a TAP a port, with database and sockets of its own: the system's is not touched.
# Usage: ovs.sh HOME TSO STATIONS PORT...: HOME is an empty folder, TSO is true or false, STATIONS the size of its MAC table. Sources: ovs-vswitchd(8), ovs-vswitchd.conf.db(5).
set -eu
home=$1 tso=$2 stations=$3
shift 3
export OVS_RUNDIR="$home"
database= daemon=
finish() {
  trap '' TERM INT
  for pid in $daemon $database; do kill "$pid" 2>/dev/null && wait "$pid" || :; done
  exit "$1"
}
trap 'finish 0' TERM INT
quiet="--no-chdir -vconsole:err -vsyslog:off"
ovsdb-tool create "$home/conf.db" /usr/share/openvswitch/vswitch.ovsschema || finish 1
# shellcheck disable=SC2086
ovsdb-server "$home/conf.db" --remote="punix:$home/db.sock" --unixctl="$home/ovsdb.ctl" $quiet &
database=$!
vsctl() { ovs-vsctl --db="unix:$home/db.sock" --retry --timeout=90 "$@"; }
vsctl --no-wait init -- set Open_vSwitch . other_config:userspace-tso-enable="$tso" || finish 1
# shellcheck disable=SC2086
ovs-vswitchd "unix:$home/db.sock" --unixctl="$home/vswitchd.ctl" $quiet &
daemon=$!
set -- "$@" --
ports=
for port; do
  [ "$port" = -- ] && break
  ports="$ports -- add-port br0 $port -- set Interface $port type=tap"
done
# shellcheck disable=SC2086
vsctl -- add-br br0 -- set Bridge br0 datapath_type=netdev other_config:mac-table-size="$stations" $ports || finish 1
echo ready
wait $daemon || finish 1
