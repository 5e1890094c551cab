#!/bin/sh
# gather-libraries.sh FOLDER: copies the shared libraries that /usr/lib/cadre's programs load and that the base, whose list
# of packages is /base/status, does not have; with each package's entry and licence, so that scanners and readers find them.
set -eu

out="$1"
libraries=/usr/lib/x86_64-linux-gnu
[ -d "$libraries" ] || libraries="/usr/lib/$(uname -m)-linux-gnu"
# libvips's module for HEIC and AVIF (the others are for formats that Cadre refuses), and what libheif decodes these with:
# Debian 13's opens it by itself when it starts, Debian 12's has it within.
modules="$(ls "$libraries"/vips-modules-8.*/vips-heif.so "$libraries"/libheif/plugins/*.so 2>/dev/null || true)"
[ -n "$modules" ] || { echo "gather-libraries: libvips has no module for HEIC" >&2; exit 1; }

in_base() {
    sed -n 's/^Package: //p' /base/status | grep -qxF "$1"
}

# shellcheck disable=SC2086 # it is a list
ldd /usr/lib/cadre/cadre /usr/lib/cadre/cadre-decode $modules | grep -q 'not found' && {
    echo "gather-libraries: a library is missing" >&2
    exit 1
}
# shellcheck disable=SC2086
loaded="$(ldd /usr/lib/cadre/cadre /usr/lib/cadre/cadre-decode $modules | awk '$2 == "=>" { print $3 }' | sort -u)"
for library in $loaded $modules; do
    # Debian's /lib is a link to /usr/lib, and dpkg knows a file by one of the two names.
    real="$(readlink -f "$library")"
    package="$(dpkg -S "$real" "${real#/usr}" 2>/dev/null | head -n 1 | cut -d : -f 1)"
    [ -n "$package" ] || { echo "gather-libraries: no package owns $real" >&2; exit 1; }
    in_base "$package" && continue
    folder="$(dirname "$real")"
    install -d "$out$folder"
    cp --no-clobber "$real" "$out$folder/"
    name="$(basename "$library")"
    [ "$name" = "$(basename "$real")" ] || ln -sf "$(basename "$real")" "$out$folder/$name"
    install -d "$out/var/lib/dpkg/status.d" "$out/usr/share/doc/$package"
    dpkg -s "$package" > "$out/var/lib/dpkg/status.d/$package"
    # Who hands a library on hands its licence on.
    cp --no-clobber "/usr/share/doc/$package/copyright" "$out/usr/share/doc/$package/"
done
install -D -m 0644 /etc/ssl/certs/ca-certificates.crt "$out/etc/ssl/certs/ca-certificates.crt"
# The rules of time zones, which libdate-tz reads.
if ! in_base tzdata; then
    install -d "$out/usr/share" "$out/var/lib/dpkg/status.d" "$out/usr/share/doc/tzdata"
    cp -a /usr/share/zoneinfo "$out/usr/share/"
    rm -rf "$out/usr/share/zoneinfo/right" "$out/usr/share/zoneinfo/posix"
    dpkg -s tzdata > "$out/var/lib/dpkg/status.d/tzdata"
    cp /usr/share/doc/tzdata/copyright "$out/usr/share/doc/tzdata/"
fi
