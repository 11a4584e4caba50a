# Sourced by the findings that need a PostgreSQL: a server of their own in a temporary folder, gone at the end.
folder=$(mktemp -d)
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')

as_postgres() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}

stop_all() {
  if [ -s "$folder/pooler.pid" ]; then kill "$(cat "$folder/pooler.pid")" 2>/dev/null || true; fi
  as_postgres "$bin/pg_ctl" -s -D "$folder/data" stop -m immediate >/dev/null 2>&1 || true
  cd /
  rm -rf "$folder"
}
trap stop_all EXIT

start_postgres() {
  chmod 755 "$folder"
  [ "$(id -u)" != 0 ] || chown postgres "$folder"
  (
    cd "$folder"
    as_postgres "$bin/initdb" -D "$folder/data" -U user -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    as_postgres "$bin/pg_ctl" -s -w -D "$folder/data" -l "$folder/log" -o "-p $port -k $folder -h 127.0.0.1" start
  )
  export DATABASE_URL="postgres://user@127.0.0.1:$port/postgres"
}

postgres_version() { "$bin/postgres" --version; }

# Standard input: what the file `seen` has to hold.
expect_seen() {
  if diff - seen; then echo "As described."; else
    echo "It behaves otherwise now." >&2
    exit 1
  fi
}
