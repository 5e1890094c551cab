#!/bin/sh
# lay-out.sh FOLDER [BUILT]: the programs (of the folder BUILT, else of build) the web interface and the file of places of a checkout that was
# built, as they lie in the image and in the package.
set -eu

out="$1" built="${2:-build}"
install -d "$out/usr/lib/cadre" "$out/usr/bin"
install -s -m 0755 "$built/cadre" "$built/cadre-decode" "$out/usr/lib/cadre/"
cp -r web/dist "$out/usr/lib/cadre/web"
install -m 0644 build/places.bin "$out/usr/lib/cadre/"
# The program looks for its decoder, the web interface and the places beside what it really is.
ln -s ../lib/cadre/cadre "$out/usr/bin/cadre"
