#!/bin/sh
# Starts nats-server. Recordings of before there were accounts are given to the account that owns recordings, or it would not see them.
set -eu
store=${1:-/data}
from="$store/jetstream/\$G/streams"
to="$store/jetstream/BUS/streams"
if [ -d "$from" ]; then
  mkdir -p "$to"
  for stream in "$from"/*; do
    [ -e "$stream" ] || continue
    if [ -e "$to/${stream##*/}" ]; then
      echo "$stream is in $to already: which of both is the recording? Move the other one away" >&2
      exit 1
    fi
    mv "$stream" "$to/"
  done
fi
exec nats-server --config "${2:-/etc/nats/aitrader.conf}"
