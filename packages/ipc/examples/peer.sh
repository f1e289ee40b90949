#!/bin/sh
# A peer in one line of shell: `sh peer.sh SOCKET`
printf '%s\n' '{"type":"buffer_replay","id":"1","payload":{"taskspace_id":"jobs"}}' | socat -t 5 - "UNIX-CONNECT:$1"
