#!/usr/bin/env bash
# postgres.js gives back NULL elements of an array as values of the array's type: the text "NULL", the number NaN, false.
# They are stored rightly; a NULL column, too, is read as null. pg and the runtime's own client read null.
set -euo pipefail
cd "$(dirname "$0")"; . ./with-postgres.sh
start_postgres
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . postgres@3.4.9 pg@8.23.1 >/dev/null
cat > try.mjs <<'EOF'
import postgres from 'postgres';
import pg from 'pg';
const url = process.env.DATABASE_URL;
const text = `SELECT ARRAY['a', NULL]::text[] AS texts, ARRAY[1, NULL]::int4[] AS numbers, ARRAY[true, NULL]::bool[] AS flags, NULL::text AS plain`;
const sql = postgres(url, { max: 1 });
const [row] = await sql.unsafe(text);
console.log('postgres.js:', JSON.stringify(row, (_, value) => (Number.isNaN(value) ? 'NaN' : value)));
await sql.end();
const client = new pg.Client(url);
await client.connect();
console.log('pg:', JSON.stringify((await client.query(text)).rows[0]));
await client.end();
EOF
echo "postgres 3.4.9, pg 8.23.1, node $(node --version), $(postgres_version)"
echo "Seen:"
node try.mjs | tee seen
expect_seen <<'EOF'
postgres.js: {"texts":["a","NULL"],"numbers":[1,"NaN"],"flags":[true,false],"plain":null}
pg: {"texts":["a",null],"numbers":[1,null],"flags":[true,null],"plain":null}
EOF
