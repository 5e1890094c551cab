#!/bin/sh
# compile.sh CHECKOUT COMPILER WORD…: the compiler behind ccache, which clones at other paths share. By the dependencies that
# the compiler writes, and with the sloppiness that ccache's manual asks for with precompiled headers. An old precompiled
# header goes first: ccache would count it to what the new one is made of, and this clone would share nothing any more.
for word; do
    case "$word" in *.gch | *.pch) rm -f "$word" ;; esac
done
CCACHE_BASEDIR=$1 CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros
export CCACHE_BASEDIR CCACHE_NOHASHDIR CCACHE_DEPEND CCACHE_SLOPPINESS
shift
exec ccache "$@"
