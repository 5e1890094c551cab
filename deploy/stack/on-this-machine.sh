#!/bin/sh
# on-this-machine.sh TEMPLATE FILE COMMAND…: writes FILE from TEMPLATE and becomes COMMAND.
#
# One Docker config serves all machines. What differs by machine stands in /etc/cadre/machine.env, what is secret under
# /run/secrets, and neither may be on a command line, which everybody on the machine can read. In the template
# @NAME@ becomes the variable NAME, and @SECRET:name@ the secret of that name.
set -eu

template="$1" file="$2"
shift 2
# shellcheck source=/dev/null
[ ! -e /etc/cadre/machine.env ] || . /etc/cadre/machine.env

# Ends, and with it the task, at the first name that nobody gave.
fill_in() {
    while IFS= read -r line || [ -n "$line" ]; do
        filled=
        while case "$line" in *@[A-Z]*@*) ;; *) false ;; esac; do
            before="${line%%@[A-Z]*}"
            rest="${line#"$before"@}"
            name="${rest%%@*}"
            case "$name" in
            SECRET:*) value="$(cat "/run/secrets/${name#SECRET:}")" ;;
            *[!A-Z_]*) echo "on-this-machine: @$name@ is no name" >&2; exit 1 ;;
            *) eval "value=\${$name:?}" ;;
            esac
            filled="$filled$before$value"
            line="${rest#*@}"
        done
        printf '%s\n' "$filled$line"
    done
}

umask 077
fill_in < "$template" > "$file"
exec "$@"
