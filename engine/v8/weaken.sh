#!/bin/sh
# weaken.sh ARCHIVE MEMBER OUTPUT SYMBOL...
# Takes an object out of V8's archive and makes the functions weak that the library replaces. wrap:SYMBOL gives one that the
# library wraps the name original_SYMBOL besides: V8's functions have sections of their own. Fails if one of them is not
# there any more: then the override would silently do nothing (docs/v8-upgrade.md).
set -eu
archive=$1 member=$2 output=$3
shift 3
ar pP "$archive" "$member" >"$output.strong"
options=
for name in "$@"; do
  symbol=${name#wrap:}
  if ! nm --defined-only "$output.strong" | grep -q " T $symbol\$"; then
    echo "weaken.sh: $member does not define $symbol" >&2
    exit 1
  fi
  options="$options --weaken-symbol=$symbol"
  case $name in wrap:*) options="$options --add-symbol original_$symbol=.text.$symbol:0,function,global" ;; esac
done
# shellcheck disable=SC2086 # one word an option
objcopy $options "$output.strong" "$output"
rm "$output.strong"
