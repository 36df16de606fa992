# What the processes beside the wrapper do, and the pipes between them. Sourced by wrapper.sh, whose variables it uses.
# shellcheck shell=bash disable=SC2154

# Beats as long as the wrapper holds the other end of the pipe; then takes the viewer with it. Has the pane yield to
# others as soon as the system allows it. First of all it removes the env file, which nobody has to wait for.
heart() {
  local line viewer='' status seconds=0 yields=''
  agent=''
  trap '' TERM INT HUP
  rm -f "$run_dir/env"
  while :; do
    [[ ! $yields ]] && yield_to_others && yields=1
    read -r -t 1 line
    status=$?
    if ((status == 0)); then
      [[ $agent ]] && viewer=$line || agent=$line
    elif ((status > 128)); then
      ((++seconds % 5)) || printf '%s\n%s\n' "$$" "$start_time" 1<>"$run_dir/heartbeat"
      # Wakes the wrapper, in case the agent went in the instant before it began to wait.
      [[ $agent ]] && ! kill -0 "$agent" && kill -s USR2 $$
    else
      kill -0 $$ || { [[ $viewer ]] && kill -s KILL -- "-$viewer"; }
      return
    fi
  done
}

# Plain text needs no rendering. With GNU tail the heart's end is the viewer's; any other tail is killed later. Most
# systems let all programs of a user watch files 128 times: a tail for each pane would use that up.
show_plain() {
  # It must not end together with the agent, see where the wrapper waits.
  trap '' TERM INT HUP
  [[ $OSTYPE == linux-gnu* ]] && set -- -s 0.1 --pid="$beat" ---disable-inotify
  exec tail -q -n +1 "$@" -f "$run_dir/output" "$run_dir/stderr"
}

# The rest of the log is on its way; a stranger that keeps the pipe open is not waited for.
drain() {
  local tee round
  for tee in "$out_tee" "$err_tee"; do
    for ((round = 0; round < 400; round++)); do
      kill -0 "$tee" || break
      pause 0.005
    done
    kill -s KILL "$tee"
    reap "$tee"
    ((status == 0)) || log_incomplete=1
  done
}

# Opens a pipe: 4 is the end to read from, the other as it is given (such as `5>`). Bash 5.1 keeps a short here-string in
# a pipe without a name, which Linux opens anew; elsewhere it is given a name for a moment.
open_pipe() {
  exec 4<<<''
  if [[ -p /proc/self/fd/4 ]]; then
    eval "exec $1/proc/self/fd/4"
    read -r -u 4
  else
    mkfifo "$run_dir/.pipe" || refuse 'the run folder cannot be written.'
    eval "exec 4<>\"\$run_dir/.pipe\" $1\"\$run_dir/.pipe\" 4<\"\$run_dir/.pipe\""
    rm -f "$run_dir/.pipe"
  fi
}

# Becomes the tool: TOOL_DIR UMASK. Nothing of our environment but the tag goes on, and no value is ever in an argv.
become_tool() {
  local run_sh=$1/run.sh text round
  umask "$2"
  for ((round = 0; round < 200; round++)); do
    [[ -e $run_dir/env ]] || break
    sleep 0.005
  done
  if ((round == 200)); then
    say 'orchestra: the environment of the run cannot be removed; nothing was run.' >&2
    exit 125
  fi
  # shellcheck disable=SC2163
  export -n "${exported[@]}"
  unset SHLVL
  export ORCHESTRA_RUN
  IFS= read -r -d '' text <&9
  exec 9<&-
  # These two words are the only ones that what follows cannot change.
  set -- "$BASH" "$run_sh"
  eval "$text"
  exec "$1" "$2"
}
