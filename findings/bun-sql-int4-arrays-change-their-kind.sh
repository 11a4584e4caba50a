#!/usr/bin/env bash
# Bun's SQL gives an int4[] as an Array when the query has no parameter, as an Int32Array when it has one, and as an
# Array again when an element is NULL. Array.isArray and JSON.stringify differ accordingly.
set -euo pipefail
cd "$(dirname "$0")"; . ./with-postgres.sh
start_postgres
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . bun@1.4.5 >/dev/null 2>&1
for bun in node_modules/@oven/bun-*/bin/bun node_modules/.bin/bun; do [ -x "$bun" ] && "$bun" --version >/dev/null 2>&1 && break; done
cat > try.ts <<'EOF'
import { SQL } from 'bun';
const sql = new SQL(process.env.DATABASE_URL ?? '', { max: 1 });
const show = (name: string, [row]: { a: unknown }[]) =>
  console.log(name, Object.prototype.toString.call(row.a), Array.isArray(row.a), JSON.stringify(row.a));
show('no parameter:    ', await sql.unsafe('SELECT ARRAY[1, 2]::int4[] AS a'));
show('with a parameter:', await sql.unsafe('SELECT ARRAY[1, 2]::int4[] AS a WHERE $1', [true]));
show('with a NULL:     ', await sql.unsafe('SELECT ARRAY[1, NULL]::int4[] AS a WHERE $1', [true]));
await sql.close();
EOF
echo "bun $("$bun" --version), $(postgres_version)"
echo "Seen:"
"$bun" try.ts | tee seen
expect_seen <<'EOF'
no parameter:     [object Array] true [1,2]
with a parameter: [object Int32Array] false {"0":1,"1":2}
with a NULL:      [object Array] true [1,null]
EOF
