#!/bin/sh
# lay-out.sh FOLDER: the programs and the web interface of a checkout that was built, as they lie in the image.
set -eu

out="$1"
install -d "$out/usr/lib/cadre" "$out/usr/bin"
install -s -m 0755 build/cadre build/cadre-decode "$out/usr/lib/cadre/"
cp -r web/dist "$out/usr/lib/cadre/web"
# The program looks for its decoder and the web interface beside what it really is.
ln -s ../lib/cadre/cadre "$out/usr/bin/cadre"
