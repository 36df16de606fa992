#!/usr/bin/env bash
# wrapper.sh RUN_DIR: the process in the pane. Runs one agent once and leaves the facts of it in RUN_DIR:
# claim (taken), heartbeat (pid and start time, touched every 5 s), output and stderr (the agent's bytes), and,
# after everything else is over, exit.json. ORCHESTRA_RUN in its environment is the tag of every process of the run.
# Needs bash 4.2. Each fork is half a millisecond between the agent and whoever waits for it.

# Read whole before it begins: a trap that runs while bash reads on spoils what it reads.
{
# People see the viewer in the pane; bash's own notices about jobs go nowhere.
exec 2>/dev/null
LC_ALL=C
TZ=UTC0
agent_umask=''
{ read -r; read -r agent_umask; } </proc/self/status
if [[ $agent_umask == Umask:* ]]; then agent_umask=${agent_umask##*[!0-9]}; else agent_umask=$(umask); fi
umask 077
run_dir=$1
tag=${ORCHESTRA_RUN-}
run=${tag##*/}
task=${tag%/*}
task=${task##*/}
agent='' beat='' viewer='' timer='' out_tee='' err_tee='' own_group=$$ own_session=0
stopping='' finished='' log_incomplete=''

# shellcheck source-path=SCRIPTDIR
. "${BASH_SOURCE[0]%/*}/processes.sh"
# shellcheck source-path=SCRIPTDIR
. "${BASH_SOURCE[0]%/*}/children.sh"

say() { printf '%s\n' "$1"; }

# Milliseconds are zeros before bash 5.
set_now() {
  local time=${EPOCHREALTIME-} fraction
  [[ $time ]] || printf -v time '%(%s)T.000' -1
  fraction=${time#*.}
  printf -v now '%(%Y-%m-%dT%H:%M:%S)T.%sZ' "${time%.*}" "${fraction:0:3}"
}

# Overwrites the place kept at the start, so that a full disk cannot keep the record from being written.
write_exit() {
  local code=${1:-null} signal=null incomplete='' asked=''
  [[ ${2-} ]] && signal="\"SIG$2\""
  [[ $log_incomplete ]] && incomplete=',"logIncomplete":true'
  [[ $stopping ]] && asked=",\"asked\":\"SIG$stopping\""
  printf '%-255s\n' "{\"code\":$code,\"signal\":$signal,\"startedAt\":\"$started_at\",\"endedAt\":\"$ended_at\"$asked$incomplete}" \
    1<>"$run_dir/.exit"
  mv -f "$run_dir/.exit" "$run_dir/exit.json"
}

# shellcheck disable=SC2317
# A person or the machine wants the run to end: pass it on, and use force after the grace period.
on_stop() {
  if [[ ! $stopping ]]; then
    stopping=$1
    set -m
    { trap '' TERM INT HUP; sleep "$grace"; kill -s USR1 $$; } 3>&- 5>&- 6>&- 7>&- 8>&- </dev/null >/dev/null &
    timer=$!
    set +m
  fi
  signal_all "$1"
}

# shellcheck disable=SC2317
on_timer() {
  [[ $stopping ]] && signal_all KILL
}

# A trap that runs just before `wait` would be in vain, were there still something to wait for: no shell waits for itself.
# shellcheck disable=SC2317
on_child() {
  [[ $agent && ! $finished ]] && ! kill -0 "$agent" && awaited=$$
}

# Sets status to how a child ended. A trapped signal that arrives now ends `wait` with a status of its own; bash keeps
# the true one, so that asking again tells it.
reap() {
  local again
  wait "$1"
  status=$?
  while ((status > 128)); do
    wait "$1"
    again=$?
    ((again == status)) && return
    status=$again
  done
}

leave() {
  say "— $task run $run ended: $2 —"
  exit "$1"
}

# Only one can make the file, and nothing is run by another.
set -C
if ! : >"$run_dir/claim"; then
  why='cannot be claimed: its folder is missing or read-only'
  [[ -e $run_dir/claim ]] && why='was started before'
  say "orchestra: $task run $run $why; nothing is run here."
  exit 1
fi
set +C
set_now
started_at=$now
read_stat $$ && own_group=$group own_session=$session
printf '%-255s\n' '' >"$run_dir/.exit"
printf '%s\n%s\n' "$$" "$start_time" >"$run_dir/heartbeat"

# Written by whoever opened the pane: wrapper_dir, wrapper_tool, wrapper_grace (seconds), wrapper_crowd (threads that run),
# wrapper_viewer (words).
wrapper_dir='' wrapper_crowd=24 wrapper_viewer=()
# shellcheck source=/dev/null
. "$run_dir/wrapper"
# The agent reads its environment through 9; the heart removes the file.
has_env=''
[[ -r $run_dir/env ]] && exec 9<"$run_dir/env" && has_env=1
grace=${wrapper_grace:-10}
sweep_rounds=$((${grace%.*} < 2 ? ${grace%.*} * 50 + 5 : 100))

refuse() {
  rm -f "$run_dir/env"
  say "orchestra: $1" | tee "$run_dir/stderr"
  : >"$run_dir/output"
  set_now
  ended_at=$now
  write_exit 125
  leave 125 'exit 125'
}

[[ ${wrapper_tool-} && $has_env ]] || refuse 'the environment of the run is missing; nothing was run.'
cd "$wrapper_dir" || refuse "the folder $wrapper_dir is missing; nothing was run."
[[ -r $wrapper_tool/run.sh ]] || refuse "$wrapper_tool/run.sh is missing; nothing was run."
[[ -r $run_dir/prompt.md ]] || refuse 'the prompt of the run is missing; nothing was run.'
open_pipe '8<>'
open_pipe '3<>'
exec 4<&-
# The names in our own environment, without a fork.
exported=()
compgen -e >&8
say end >&8
while read -r -u 8 line && [[ $line != end ]]; do exported+=("$line"); done
((${#exported[@]})) || refuse 'this bash cannot list its environment; nothing was run.'

set -m
trap 'on_stop TERM' TERM
trap 'on_stop INT' INT
trap 'on_stop HUP' HUP
trap on_timer USR1
trap : USR2

open_pipe '7>'
heart 3>&- 7>&- 8>&- 9<&- <&4- >/dev/null &
beat=$!
# The viewer may be there before tee.
: >"$run_dir/output"
: >"$run_dir/stderr"
open_pipe '5>'
(trap '' TERM INT HUP; exec tee "$run_dir/output") 3>&- 5>&- 7>&- 8>&- 9<&- <&4- >/dev/null &
out_tee=$!
open_pipe '6>'
(trap '' TERM INT HUP; exec tee "$run_dir/stderr") 3>&- 5>&- 6>&- 7>&- 8>&- 9<&- <&4- >/dev/null &
err_tee=$!
exec 4<&-

# Never taken back: bash 5.2 dies of `trap - CHLD` when a child has ended since its last command. Nothing is parsed from
# here on, which a trap would spoil.
trap on_child CHLD
(become_tool "$wrapper_tool" "$agent_umask") <"$run_dir/prompt.md" >&5 2>&6 3>&- 5>&- 6>&- 7>&- 8>&- &
agent=$!
say "$agent" >&7
exec 9<&-
# A stop that came before there was an agent to take it.
[[ $stopping ]] && signal_all "$stopping"

if ((${#wrapper_viewer[@]})); then
  "${wrapper_viewer[@]}" 3>&- 5>&- 6>&- 7>&- 8>&- </dev/null 2>&1 &
else
  show_plain 3>&- 5>&- 6>&- 7>&- 8>&- </dev/null &
fi
viewer=$!
set +m
say "$viewer" >&7

# In posix mode alone does the end of a child end `wait`. There, the end of two at once makes bash 5.2 jump out of a
# signal handler, which in one run of thousands spoilt its memory: so tee does not end before we close its pipe. We wait
# for another than the agent, since bash keeps the record of a job that exited until it is waited for: so `jobs` tells
# `exit 143` from a death by TERM.
awaited=$beat
while kill -0 "$agent"; do
  kill -0 "$beat" || { wait "$agent"; continue; }
  set -o posix
  wait "$awaited"
  set +o posix
done
set_now
ended_at=$now
# From here on all signals come too late. They would end `wait`, even twice where little of the machine is left for us, and
# mv, which carries our tag too.
trap '' USR1 USR2 TERM INT HUP
finished=1
jobs -l >&8
say end >&8
exited='' lost=''
while read -r -u 8 line && [[ $line != end ]]; do
  [[ $line =~ \ $agent\ +(Done|Exit) ]] && exited=1
  [[ $line =~ \ $agent\ +Running ]] && lost=1
done
# A signal that came as the agent ended made bash forget how: `wait` would wait for ever.
agent_status='' signal=''
if [[ ! $lost ]]; then
  reap "$agent"
  agent_status=$status
  if ((status > 128)) && [[ ! $exited ]]; then
    kill -l "$status" >&8
    read -r -u 8 signal
  fi
fi

exec 5>&- 6>&-
[[ $stopping ]] || await_turn
sweep
drain
if [[ $signal ]]; then write_exit '' "$signal"; else write_exit "$agent_status"; fi

exec 7>&-
[[ $timer ]] && kill -s KILL -- "-$timer"
for ((round = 0; round < 100; round++)); do
  kill -0 "$viewer" || break
  # A tail that cannot follow a pid has shown everything long before.
  ((${#wrapper_viewer[@]} == 0 && round >= 20)) && break
  pause 0.05
done
kill -s KILL -- "-$viewer"
if [[ $lost ]]; then leave 1 'how is not known'; fi
if [[ $signal ]]; then leave "$agent_status" "killed by SIG$signal"; else leave "$agent_status" "exit $agent_status"; fi
}
