#!/usr/bin/env bash
# Behind a PgBouncer in transaction mode that does not follow prepared statements (all before 1.21; later ones with
# max_prepared_statements = 0) Bun's SQL gets, without any error, the answer of ANOTHER statement: its statements are
# named P0, P1, … on every connection, and the name may mean something else on the next backend. `prepare: false` mends it.
set -euo pipefail
cd "$(dirname "$0")"; . ./with-postgres.sh
start_postgres
command -v pgbouncer >/dev/null || { echo "pgbouncer is needed: apt-get install pgbouncer" >&2; exit 1; }
cd "$folder"
pooler_port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
printf '"user" ""\n' > users
cat > pooler.ini <<EOF
[databases]
* = host=127.0.0.1 port=$port
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pooler_port
unix_socket_dir =
auth_type = trust
auth_file = $folder/users
pidfile = $folder/pooler.pid
pool_mode = transaction
default_pool_size = 4
EOF
if pgbouncer --version | grep -qE 'PgBouncer 1\.(2[1-9]|[3-9])'; then echo 'max_prepared_statements = 0' >> pooler.ini; fi
as_postgres pgbouncer -q -d "$folder/pooler.ini" >/dev/null 2>&1
until node -e "require('net').connect($pooler_port, '127.0.0.1').on('connect', () => process.exit(0)).on('error', () => process.exit(1))"; do sleep 0.05; done
npm install --silent --no-audit --no-fund --prefix . bun@1.4.5 >/dev/null 2>&1
for bun in node_modules/@oven/bun-*/bin/bun node_modules/.bin/bun; do [ -x "$bun" ] && "$bun" --version >/dev/null 2>&1 && break; done
cat > try.ts <<'EOF'
import { SQL } from 'bun';
const url = process.env.POOLER_URL ?? '';
async function wrongAnswers(prepare: boolean): Promise<number> {
  const clients = Array.from({ length: 8 }, () => new SQL(url, { max: 1, prepare }));
  let wrong = 0;
  for (let round = 0; round < 100; round += 1) {
    await Promise.all(
      clients.map(async (sql, index) => {
        const asked = `n${(index + round) % 5}`;
        const rows = await sql.unsafe(`SELECT '${asked}' AS name, $1::int4 AS given`, [round]).catch(() => null);
        if (rows !== null && rows[0].name !== asked) wrong += 1;
      }),
    );
  }
  await Promise.all(clients.map((sql) => sql.close({ timeout: 0 })));
  return wrong;
}
const [named, unnamed] = [await wrongAnswers(true), await wrongAnswers(false)];
console.error(`wrong answers of 800: ${named} prepared, ${unnamed} unprepared`);
console.log('prepared: answers of other statements:', named > 0 ? 'some' : 'none');
console.log('prepare false: answers of other statements:', unnamed > 0 ? 'some' : 'none');
EOF
echo "bun $("$bun" --version), $(pgbouncer --version | head -n 1), $(postgres_version)"
echo "Seen:"
POOLER_URL="postgres://user@127.0.0.1:$pooler_port/postgres" "$bun" try.ts | tee seen
expect_seen <<'EOF'
prepared: answers of other statements: some
prepare false: answers of other statements: none
EOF
