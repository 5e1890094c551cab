#!/bin/sh
# install-libraries.sh: installs the libraries that the programs load, under the names that this release of Debian has for
# them.
set -eu

# shellcheck disable=SC1091 # it is of the machine that this runs on
. /etc/os-release
case "$VERSION_ID" in
    12) named="libvips42 libexiv2-27 libfmt9 libhiredis0.14 libssl3 libutf8proc2" ;;
    *) named="libvips42t64 libexiv2-28 libfmt10 libhiredis1.1.0 libssl3t64 libutf8proc3" ;;
esac
apt-get update
# shellcheck disable=SC2086 # it is a list
apt-get install --yes --no-install-recommends $named liblcms2-2 libseccomp2 libwebp7 libsqlite3-0 libsodium23 \
    libdeflate0 libbrotli1 libpugixml1v5 libdate-tz3 zlib1g ca-certificates
