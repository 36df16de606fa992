# The processes of a run, known by their tag. Sourced by wrapper.sh, whose variables it uses.
# shellcheck shell=bash disable=SC2034,SC2154

# Sets group, session and start_time of a process; fails when it is gone.
read_stat() {
  local stat fields
  group='' session='' start_time=unknown
  IFS= read -r stat <"/proc/$1/stat" || return 1
  read -r -a fields <<<"${stat##*) }"
  group=${fields[2]} session=${fields[3]} start_time=${fields[19]}
}

# Lets everybody else's work go before that of this pane, as `nice` does, where the system shares time out by session. Fails
# where it does not; without root ten of these a second are allowed on the whole machine.
yield_to_others() { ((own_session == $$)) && printf 10 >/proc/self/autogroup; }

# A pause without a fork: nobody ever writes to 8 while this waits.
pause() { read -r -t "$1" -u 8; }

# Fills tagged with the living processes of this run that are not the wrapper's own. What is found comes through 3 and not
# by `<()` or `$()`: bash 5.2 parses what is in them each time, and spoils it when a trap runs meanwhile. A pipe holds 64 KB.
find_tagged() {
  local pid line found=()
  tagged=()
  if [[ -e /proc/self/environ ]]; then
    grep -lszxF -e "ORCHESTRA_RUN=$tag" /proc/[0-9]*/environ | head -c 60000 >&3
  else
    ps -Eww -ax -o 'pid=,command=' |
      awk -v "tag= ORCHESTRA_RUN=$tag " 'index($0 " ", tag) { print "/proc/" $1 "/environ" }' | head -c 60000 >&3
  fi
  printf '\nend\n' >&3
  while read -r -u 3 line && [[ $line != end ]]; do
    [[ $line == /proc/*/environ ]] && found+=("${line//[!0-9]/}")
  done
  for pid in "${found[@]}"; do
    is_own "$pid" || tagged+=("$pid")
  done
}

# Whether there is none, by one look at all processes but the wrapper's own: that costs half of finding which there are.
is_clean() {
  local found
  [[ -e /proc/self/environ ]] || return 1
  GLOBIGNORE=/proc/$$/environ:/proc/$beat/environ:/proc/$viewer/environ:/proc/$out_tee/environ:/proc/$err_tee/environ
  ORCHESTRA_RUN='' grep -qszxF -e "ORCHESTRA_RUN=$tag" /proc/[0-9]*/environ
  found=$?
  unset -v GLOBIGNORE
  ((found == 1 || found == 2))
}

# The process that was made last, where that is told.
read_last_pid() { read -r _ _ _ _ last_pid </proc/loadavg || last_pid=''; }

# The same among those that were made after the process $1.
find_younger_tagged() {
  local pid entry
  read_last_pid
  if [[ ! $1 || ! $last_pid ]] || ((last_pid < $1 || last_pid - $1 > 200)); then
    find_tagged
    return
  fi
  tagged=()
  for ((pid = $1 + 1; pid <= last_pid; pid++)); do
    while IFS= read -r -d '' entry || [[ $entry ]]; do
      [[ $entry == "ORCHESTRA_RUN=$tag" ]] || continue
      is_own "$pid" || tagged+=("$pid")
      break
    done <"/proc/$pid/environ"
  done
}

# The groups of the helpers are their pids, since each was started as a job.
is_own() {
  local group session start_time
  case $1 in
    "$$" | "$beat" | "$viewer" | "$timer" | "$out_tee" | "$err_tee") return 0 ;;
  esac
  if read_stat "$1"; then :
  elif [[ -e /proc/self/stat ]]; then return 0
  else
    ps -o pgid= -p "$1" >&3
    say >&3
    read -r -u 3 group && [[ ! $group ]] && return 0
    read -r -u 3
  fi
  case $group in
    "$own_group" | "$beat" | "$viewer" | "$timer" | "$out_tee" | "$err_tee") return 0 ;;
  esac
  return 1
}

signal_all() {
  [[ $agent ]] && kill -s "$1" -- "-$agent"
  find_tagged
  ((${#tagged[@]})) && kill -s "$1" "${tagged[@]}"
  # A stopped process takes nothing but KILL until it is continued.
  [[ $agent && $1 != KILL ]] && kill -s CONT -- "-$agent"
}

# Lets the others of a crowd that ends at once go first, some seconds at most: together they would be slower, and so would
# be all else.
await_turn() {
  local round running
  for ((round = 0; round < 16; round++)); do
    read -r _ _ _ running _ </proc/loadavg || return
    ((${running%/*} > wrapper_crowd)) || return
    pause "0.$((RANDOM % 40 + 10))"
  done
}

# Ends what the agent left behind, until two looks in a row find nothing: a newborn can slip through one. What was there
# at the first look has been seen by it, so the second is for what was made since.
sweep() {
  local round clean=0 signal=TERM since='' last_pid
  kill -s TERM -- "-$agent"
  for ((round = 0; round < 400 && clean < 2; round++)); do
    if ((clean)); then
      find_younger_tagged "$since"
    else
      read_last_pid
      since=$last_pid
      tagged=()
      is_clean || find_tagged
    fi
    if ((${#tagged[@]} == 0)); then
      ((++clean))
      continue
    fi
    clean=0
    ((round >= sweep_rounds)) && signal=KILL
    kill -s "$signal" "${tagged[@]}"
    kill -s CONT "${tagged[@]}"
    pause 0.02
  done
  kill -s KILL -- "-$agent"
}
