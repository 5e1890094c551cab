#!/bin/sh
# hand-over.sh COMMAND…: runs a node of the Redis Cluster. When the node is to stop and is a master, its replica takes over
# first: that takes some milliseconds, in which requests wait, and not the seconds of 503 in which a silent master is missed.
#
# So nothing that stops a node on purpose has to know of it: a machine that is drained, a release of Redis, `docker stop`.
# shellcheck disable=SC2317  # the trap calls it
set -u

# shellcheck source=/dev/null
[ ! -e /etc/cadre/machine.env ] || . /etc/cadre/machine.env

"$@" &
node=$!

ask() {
    REDISCLI_AUTH="$(cat /run/secrets/redis_password)" timeout 2 redis-cli "$@" 2> /dev/null
}

hand_over() {
    end=$(($(date +%s) + 15)) asked=0
    while now=$(date +%s) && [ "$now" -lt "$end" ]; do
        # master, offset, and of each replica its address, port and offset, a line each
        # shellcheck disable=SC2046
        set -- $(ask -h "$CADRE_ADDRESS" -p "$REDIS_PORT" role)
        [ "${1:-}" = master ] && [ -n "${4:-}" ] || return 0
        if [ "$now" -ge $((asked + 5)) ]; then
            ask -h "$3" -p "$4" cluster failover > /dev/null
            asked=$now
        fi
        sleep 0.1
    done
}

stop() {
    trap '' TERM INT
    hand_over
    kill -TERM "$node"
}
trap stop TERM INT

# A signal ends the first wait early.
wait "$node"
status=$?
while kill -0 "$node" 2> /dev/null; do
    wait "$node"
    status=$?
done
exit "$status"
