#!/bin/sh
# lay-out.sh FOLDER [BUILT]: the programs (of the folder BUILT, else of build) and the web interface of a checkout that was
# built, as they lie in the image and in the package.
set -eu

out="$1" built="${2:-build}"
install -d "$out/usr/lib/cadre" "$out/usr/bin"
install -s -m 0755 "$built/cadre" "$built/cadre-decode" "$out/usr/lib/cadre/"
cp -r web/dist "$out/usr/lib/cadre/web"
# The program looks for its decoder and the web interface beside what it really is.
ln -s ../lib/cadre/cadre "$out/usr/bin/cadre"
