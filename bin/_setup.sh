# Sourced by bin/orchestra and bin/dev with $root set: makes what is missing and sets $node. POSIX sh, stderr only.
# A step is either whole (renamed into place) or done again by the next run; one run at a time holds .node/lock.

root=$(CDPATH='' cd -P -- "$root" && pwd) || exit 2
state=$root/.node
lock=$state/lock
mine=$lock.$$

say() { printf 'orchestra: %s\n' "$*" >&2; }
stop() {
  say "$@"
  exit 2
}

# The command that installs the given packages on this system.
install_command() {
  sudo=
  [ "$(id -u)" = 0 ] || sudo='sudo '
  for manager in apt-get:install dnf:install pacman:-S apk:add zypper:install brew:install; do
    command -v "${manager%%:*}" >/dev/null || continue
    [ "${manager%%:*}" = brew ] && sudo=
    echo "$sudo${manager%%:*} ${manager#*:} $*"
    return
  done
  echo "your system's package manager: $*"
}

tmux_is_new() {
  version=$(tmux -V 2>/dev/null) || return 1
  version=${version#tmux }
  version=${version#next-}
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%[!0-9]*}
  case $major in '' | *[!0-9]*) return 0 ;; esac # "master", "openbsd-7.5": no number to compare
  [ "$major" -gt 3 ] || { [ "$major" -eq 3 ] && [ "${minor:-0}" -ge 2 ]; }
}

# Commands that must answer on a machine where something is missing.
runs_anyway() {
  case ${1-} in '' | doctor | help | -V) return 0 ;; esac
  for word in "$@"; do
    case $word in --help | -h | --version) return 0 ;; esac
  done
  return 1
}

# Sets $complete to no when git, tmux or bash is missing; stops unless the command runs anyway.
prerequisites() {
  missing=
  for tool in git tmux bash; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
  done
  complete=no
  if [ -n "$missing" ]; then
    complaint="not installed:$missing; install with: $(install_command $missing)"
  elif ! tmux_is_new; then
    complaint="tmux $version is too old, 3.2 or newer is needed; install a newer one with: $(install_command tmux)"
  else
    complete=yes
    return
  fi
  runs_anyway "$@" || stop "$complaint"
}

# True when the given Node is at least 24.16; sets $node to the real binary (not a version manager's shim).
node_is_new() {
  found=$("$1" -p 'process.versions.node + " " + process.execPath' 2>/dev/null) || return 1
  version=${found%% *}
  major=${version%%.*}
  minor=${version#*.}
  minor=${minor%%.*}
  case $major$minor in '' | *[!0-9]*) return 1 ;; esac
  [ "$major" -gt 24 ] || { [ "$major" -eq 24 ] && [ "$minor" -ge 16 ]; } || return 1
  node=${found#* }
}

find_node() {
  version=
  node_is_new node && return
  have="the one on PATH is ${version:-missing}"
  node_is_new "$state/bin/node"
}

# Runs `npm ci` in folder $1 with $3 before PATH, quietly; on failure shows its words and stops with sentence $2.
npm_ci() {
  (
    PATH=${3-}$PATH
    unset NODE_OPTIONS npm_config_prefix npm_config_local_prefix npm_config_global npm_config_location
    unset npm_config_omit npm_config_production npm_config_workspace npm_config_workspaces npm_config_dry_run
    cd "$1" && npm ci --prefix "$1" --ignore-scripts --include=prod --include=dev --include=optional \
      --no-audit --no-fund --loglevel=error
  ) >"$state/npm.log" 2>&1 </dev/null && return
  tail -n 15 "$state/npm.log" >&2
  stop "$2 (npm's words are above and in $state/npm.log); try again once that is mended"
}

fetch_node() {
  by_hand="install Node 24.16 or newer by hand (https://nodejs.org) and put it on PATH"
  command -v npm >/dev/null ||
    stop "Node 24.16 or newer is needed ($have), and npm, which could fetch it, is not installed; $by_hand"
  say "fetching Node into this checkout, once ($have, 24.16 is needed) ..."
  rm -rf "$state/fetch"
  mkdir -p "$state/fetch" "$state/bin"
  cp "$root/bin/node/package.json" "$root/bin/node/package-lock.json" "$state/fetch/"
  npm_ci "$state/fetch" 'Node could not be fetched'
  for binary in "$state"/fetch/node_modules/node-*/bin/node; do
    [ -f "$binary" ] || stop "the registry holds no Node 24.16 or newer for $(uname -sm); $by_hand"
    node_is_new "$binary" || stop "the Node fetched for $(uname -sm) does not run here; $by_hand"
    mv -f "$binary" "$state/bin/node"
  done
  rm -rf "$state/fetch"
  find_node
}

lock_hash() { cksum <"$root/package-lock.json"; }

# npm writes node_modules/.package-lock.json last; a developer's own `npm install` counts too.
dependencies_ready() {
  [ -f "$root/node_modules/.package-lock.json" ] || return 1
  [ "$(cat "$state/dependencies" 2>/dev/null)" = "$(lock_hash)" ] && return
  [ -z "$(find "$root/package-lock.json" -newer "$root/node_modules/.package-lock.json")" ]
}

ensure_dependencies() {
  dependencies_ready && return
  command -v npm >/dev/null ||
    stop "npm is needed once to install the dependencies; install with: $(install_command npm)"
  say 'installing dependencies, once (about half a minute) ...'
  rm -f "$state/dependencies"
  [ -L "$root/node_modules" ] && rm -f "$root/node_modules" # npm would empty the folder it leads to
  rm -f "$root/node_modules/.package-lock.json"
  # Under an old Node npm would leave out optional packages that this Node needs.
  npm_ci "$root" 'the dependencies could not be installed' "$(dirname "$node"):"
  lock_hash >"$state/dependencies"
}

build_is_fresh() {
  [ -f "$root/dist/main.js" ] && [ -z "$(find "$root/src" "$root/package-lock.json" "$root/bin/build.mjs" \
    -newer "$root/dist/main.js" -print -quit 2>&1)" ]
}

build() {
  say 'building ...'
  "$node" "$root/bin/build.mjs" >&2 || stop 'the build failed; its words are above'
}

# What tells a process from a later one with the same id; empty when there is none.
born() {
  if [ -r "/proc/$1/stat" ]; then
    read -r line <"/proc/$1/stat" || return 0
    set -- ${line##*) }
    echo "${20}"
  else
    ps -o lstart= -p "$1" 2>/dev/null
  fi
}

release() {
  [ -f "$mine" ] && [ "$mine" -ef "$lock" ] && rm -f "$lock"
  rm -f "$mine"
}

# Waits for another run; a lock whose holder is gone is taken over.
take_lock() {
  mkdir -p "$state" 2>/dev/null && printf '%s %s\n' "$$" "$(born $$)" >"$mine" || stop "cannot write to $state"
  trap release EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  tries=0
  told=
  until ln "$mine" "$lock" 2>/dev/null; do
    if ! read -r pid since 2>/dev/null <"$lock"; then
      tries=$((tries + 1))
      [ "$tries" -lt 100 ] || stop "cannot make a lock in $state; does its file system have hard links?"
    elif [ "$(born "$pid")" = "$since" ]; then
      [ -n "$told" ] || say "another run is setting up this checkout (process $pid); waiting for it ..."
      told=yes
      sleep 0.2 2>/dev/null || sleep 1
    else
      break_lock "$pid $since"
    fi
  done
}

# Moves a dead holder's lock away; if a new one slipped in meanwhile, that one is put back.
break_lock() {
  mv "$lock" "$mine.dead" 2>/dev/null || return 0
  read -r content <"$mine.dead"
  [ "$content" = "$1" ] || ln "$mine.dead" "$lock" 2>/dev/null
  rm -f "$mine.dead"
}

# Everything bin/orchestra needs before it can start; leaves a note so that the next start skips all this.
setup() {
  prerequisites "$@"
  [ -d "$root/src" ] || {
    find_node || stop "Node 24.16 or newer is needed ($have); install it from https://nodejs.org"
    return
  }
  if ! find_node || ! build_is_fresh; then
    if [ ! -w "$root" ]; then
      [ -f "$root/dist/main.js" ] && find_node && return
      stop "this checkout is not built and $root is read-only; run bin/orchestra once as its owner"
    fi
    take_lock
    find_node || fetch_node
    build_is_fresh || { ensure_dependencies && build; }
    release
    trap - EXIT HUP INT TERM
  fi
  [ "$complete" = yes ] && mkdir -p "$state" 2>/dev/null && [ -w "$state" ] || return 0
  printf '%s\n' "$node" >"$state/ready.$$" && mv -f "$state/ready.$$" "$state/ready"
}
