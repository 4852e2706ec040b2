# shellcheck shell=bash
# How the scripts talk: headings, steps whose output goes to a log file, and errors that say what to do. Sourced.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$root/build/logs
# For the scripts that source this; how much is done at a time.
# shellcheck disable=SC2034
parallel=${HALFTONE_JOBS:-$(nproc)}

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  bold=$'\033[1m' dim=$'\033[2m' red=$'\033[31m' green=$'\033[32m' plain=$'\033[0m'
else
  bold='' dim='' red='' green='' plain=''
fi

heading() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
say() { printf '  %s\n' "$1"; }

# fail MESSAGE [HINT]: ends the script.
fail() {
  printf '\n%s%s%s\n' "$red" "$1" "$plain" >&2
  [[ -z ${2:-} ]] || printf '  %s\n' "$2" >&2
  exit 1
}

# The last count such as [12/340] that a build printed, or nothing.
build_count() { tail -c 400 "$1" 2>/dev/null | grep -oE '^\[[0-9]+/[0-9]+\]' | tail -n 1 || true; }

# Shows that a step is alive, on a terminal: it is rewritten in place until the step ends.
tick() {
  local label=$1 log=$2
  # The script itself may be interrupted.
  while sleep 1 && kill -0 $$ 2>/dev/null; do printf '\r\033[K  %s … %s%s%s' "$label" "$dim" "$(build_count "$log")" "$plain"; done
}

# attempt LABEL NAME COMMAND…: runs a step with its output in build/logs/NAME.log; its status is the step's.
attempt() {
  local label=$1 log=$logs/$2.log started=$SECONDS ticker='' status=0
  shift 2
  mkdir -p "$logs"
  : >"$log"
  printf '  %s … ' "$label"
  if [[ -t 1 ]]; then
    tick "$label" "$log" &
    ticker=$!
  fi
  "$@" >"$log" 2>&1 || status=$?
  if [[ -n $ticker ]]; then
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    printf '\r\033[K  %s … ' "$label"
  fi
  local outcome="${green}done${plain}"
  ((status == 0)) || outcome="${red}failed${plain}"
  printf '%s %s(%s s)%s\n' "$outcome" "$dim" "$((SECONDS - started))" "$plain"
  return "$status"
}

# step LABEL NAME COMMAND…: the same, and a failure ends the script with the last lines of the log.
step() {
  attempt "$@" && return
  printf '\n' >&2
  tail -n 30 "$logs/$2.log" | sed 's/^/  | /' >&2
  fail "$1: failed" "the whole output is in build/logs/$2.log"
}

# Puts the checkout's own Python packages first for everything that follows, frameworks among them.
use_venv() {
  export VIRTUAL_ENV=$root/.venv
  export PATH=$VIRTUAL_ENV/bin:$PATH
  unset CONDA_PREFIX PYTHONHOME PYTHONPATH
}
