import { CoreError } from '../../errors/index.ts';

/**
 * The POSIX shell script behind `curl -fsSL URL/agent/install.sh | sh -s -- --token T --name N`, made out for this
 * server. Throws `invalid` for an address that could break out of its quotes.
 */
export function installScript(server: string): string {
  if (!/^https?:\/\/[A-Za-z0-9._~:[\]/%-]+$/.test(server)) {
    throw new CoreError(
      'invalid',
      'The address of this server cannot be put into a script: set SLIPWAY_PUBLIC_URL',
    );
  }
  return script.replace('@SERVER@', server);
}

// Written without braces around variables, as those would be placeholders here.
const script = String.raw`#!/bin/sh
# Installs, upgrades or removes the Slipway agent of this host. Running it again is safe.
set -eu

server='@SERVER@'
token=
token_file=
name=
state=
address=
labels=
replace=
insecure=
user=
service=slipway-agent
use_systemd=yes
uninstall=
newline='
'

usage() {
  cat <<'END'
Usage: curl -fsSL URL/agent/install.sh | sh -s -- --token TOKEN [options]

Installs the Slipway agent: a systemd service where systemd runs and you are
root, a background process otherwise. Needs Node.js 20.19 or newer.

  --token TOKEN      join token (or --token-file FILE, or SLIPWAY_TOKEN)
  --name NAME        name of this host on the server; default: its host name
  --state DIR        default /var/lib/slipway-agent, or
                     ~/.local/state/slipway-agent when you are not root
  --address ADDRESS  where this host is reached; default: what the server sees
  --label KEY=VALUE  a label; may be given several times
  --replace          take over a name that is known already
  --insecure         allow plain http to a server that is not on this machine
  --server URL       another address of the server
  --user USER        run the systemd service as this user; default root
  --service NAME     name of the systemd service; default slipway-agent
  --no-systemd       run a background process although systemd is there
  --uninstall        stop the agent and remove it with its state
  --help             print this text
END
}

say() { printf '%s\n' "slipway: $*"; }
fail() {
  printf '%s\n' "slipway: $*" >&2
  exit 1
}
need_value() { [ "$2" -gt 1 ] || fail "$1 needs a value. Try --help."; }

while [ $# -gt 0 ]; do
  case $1 in
    --token) need_value "$1" $#; token=$2; shift ;;
    --token-file) need_value "$1" $#; token_file=$2; shift ;;
    --name) need_value "$1" $#; name=$2; shift ;;
    --state) need_value "$1" $#; state=$2; shift ;;
    --address) need_value "$1" $#; address=$2; shift ;;
    --label) need_value "$1" $#; labels=$labels$2$newline; shift ;;
    --server) need_value "$1" $#; server=$2; shift ;;
    --user) need_value "$1" $#; user=$2; shift ;;
    --service) need_value "$1" $#; service=$2; shift ;;
    --replace) replace=yes ;;
    --insecure) insecure=yes ;;
    --no-systemd) use_systemd= ;;
    --uninstall) uninstall=yes ;;
    --help) usage; exit 0 ;;
    *) fail "unknown option $1. Try --help." ;;
  esac
  shift
done

root=
[ "$(id -u)" -ne 0 ] || root=yes
if [ -z "$root" ] || [ ! -d /run/systemd/system ]; then use_systemd=; fi
if [ -z "$state" ]; then
  if [ -n "$root" ]; then state=/var/lib/slipway-agent; else state=$HOME/.local/state/slipway-agent; fi
fi
case $state in /*) ;; *) state=$(pwd)/$state ;; esac
case $service in *[!A-Za-z0-9@._-]*) fail "--service $service: letters, digits and @._- only" ;; esac
program=$state/slipway-agent.mjs
unit=/etc/systemd/system/$service.service

# The process that holds the state folder, if it is an agent that lives.
running_agent() {
  [ -f "$state/lock" ] || return 0
  pid=$(sed -n 's/.*"pid":\([0-9][0-9]*\).*/\1/p' "$state/lock")
  [ -n "$pid" ] || return 0
  case $(ps -p "$pid" -o args= 2>/dev/null || true) in *slipway-agent.mjs*) printf '%s' "$pid" ;; esac
}

stop_agent() {
  if [ -n "$use_systemd" ] && [ -f "$unit" ]; then systemctl stop "$service" || true; fi
  agent=$(running_agent)
  [ -n "$agent" ] || return 0
  say "stopping the running agent (process $agent)"
  kill -TERM "$agent" 2>/dev/null || true
  waited=0
  while kill -0 "$agent" 2>/dev/null; do
    [ "$waited" -lt 300 ] || fail "process $agent does not stop: a step may still be running; try again later"
    waited=$((waited + 1))
    # Not every sleep knows fractions.
    sleep 0.2 2>/dev/null || sleep 1
  done
}

if [ -n "$uninstall" ]; then
  stop_agent
  if [ -n "$root" ] && [ -f "$unit" ]; then
    systemctl disable "$service" 2>/dev/null || true
    rm -f "$unit"
    systemctl daemon-reload 2>/dev/null || true
  fi
  if [ -f "$program" ] || [ -f "$state/credential.json" ]; then
    if [ -f "$program" ] && [ -d "$state/instances" ]; then
      node "$program" --server "$server" --insecure --name removed --state "$state" --remove-instances ||
        say "some instances in $state/instances may still run"
    fi
    rm -rf "$state/steps" "$state/blobs" "$state/instances"
    for file in slipway-agent.mjs slipway-agent.new.mjs credential.json journal.jsonl lock agent.log start.sh; do
      rm -f "$state/$file"
    done
    rmdir "$state" 2>/dev/null || say "$state holds other files too and was left"
  fi
  say "removed; the server still lists this host until it is removed there"
  exit 0
fi

case $(uname -s) in
  Linux | Darwin) ;;
  *) fail "the agent runs on Linux and macOS, not on $(uname -s)" ;;
esac

node_help='install Node.js 20.19 or newer (https://nodejs.org/en/download, or the package of your system) and run this again'
command -v node >/dev/null 2>&1 || fail "Node.js is missing: $node_help"
node=$(node -p process.execPath)
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  fail "Node.js $(node -p process.versions.node) is too old: $node_help"

[ -n "$name" ] || name=$(hostname)
if [ -n "$token_file" ]; then token=$(cat "$token_file"); fi
if [ -z "$token" ] && [ "$(printenv SLIPWAY_TOKEN || true)" ]; then token=$SLIPWAY_TOKEN; fi

mkdir -p "$state"
chmod 700 "$state"
say "fetching the agent from $server"
fresh=$state/slipway-agent.new.mjs
if command -v curl >/dev/null 2>&1; then
  curl -fsSL --retry 3 -o "$fresh" "$server/agent/slipway-agent.mjs" || fail "cannot fetch $server/agent/slipway-agent.mjs"
elif command -v wget >/dev/null 2>&1; then
  wget -q -O "$fresh" "$server/agent/slipway-agent.mjs" || fail "cannot fetch $server/agent/slipway-agent.mjs"
else
  fail 'neither curl nor wget is here: install one of them and run this again'
fi
version=$("$node" "$fresh" --version) || fail 'the fetched agent does not start'

stop_agent
mv -f "$fresh" "$program"

# The agent's arguments from here on, in "$@".
set -- --server "$server" --name "$name" --state "$state"
[ -z "$address" ] || set -- "$@" --address "$address"
[ -z "$insecure" ] || set -- "$@" --insecure
while [ -n "$labels" ]; do
  label=$(printf '%s' "$labels" | sed -n 1p)
  labels=$(printf '%s' "$labels" | sed 1d)
  [ -z "$label" ] || set -- "$@" --label "$label"
done

if [ -n "$replace" ] && [ -n "$token" ]; then rm -f "$state/credential.json"; fi
if [ ! -f "$state/credential.json" ]; then
  [ -n "$token" ] || fail 'give a join token by --token, --token-file or SLIPWAY_TOKEN'
  if [ -n "$replace" ]; then
    SLIPWAY_TOKEN=$token "$node" "$program" "$@" --join-only --replace || exit $?
  else
    SLIPWAY_TOKEN=$token "$node" "$program" "$@" --join-only || exit $?
  fi
fi

if [ -n "$use_systemd" ]; then
  [ -z "$user" ] || chown -R "$user" "$state"
  command_line=
  for argument in "$node" "$program" "$@" --supervised; do
    escaped=$(printf '%s' "$argument" | sed 's/[\\"]/\\&/g; s/%/%%/g; s/\$/$$/g')
    command_line="$command_line \"$escaped\""
  done
  {
    echo '[Unit]'
    echo 'Description=Slipway agent'
    echo 'After=network-online.target'
    echo 'Wants=network-online.target'
    echo
    echo '[Service]'
    printf 'ExecStart=%s\n' "$(printf '%s' "$command_line" | sed 's/^ //')"
    [ -z "$user" ] || printf 'User=%s\n' "$user"
    echo 'Restart=always'
    echo 'RestartSec=2'
    echo '# Wrong use and a refused credential do not get better by trying again.'
    echo 'RestartPreventExitStatus=2 3'
    echo '# What a deployment has started must not end with the agent.'
    echo 'KillMode=process'
    echo
    echo '[Install]'
    echo 'WantedBy=multi-user.target'
  } >"$unit"
  systemctl daemon-reload
  systemctl enable --quiet "$service"
  systemctl restart "$service"
  say "agent $version runs as the service $service; see: journalctl -u $service"
else
  {
    echo '#!/bin/sh'
    printf 'exec'
    for argument in "$node" "$program" "$@"; do
      printf " '%s'" "$(printf '%s' "$argument" | sed "s/'/'\\\\''/g")"
    done
    printf '\n'
  } >"$state/start.sh"
  chmod 700 "$state/start.sh"
  nohup "$state/start.sh" >>"$state/agent.log" 2>&1 </dev/null &
  say "agent $version runs in the background; its log is $state/agent.log"
  say "to start it with the machine, add to crontab: @reboot $state/start.sh >>$state/agent.log 2>&1"
fi
say "host $name has joined $server"
`;
