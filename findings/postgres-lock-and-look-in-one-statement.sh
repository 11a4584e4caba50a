#!/usr/bin/env bash
# A statement that waits for a row lock and looks up another row sees the locked row as its last holder left it, but
# not the other row that the holder wrote in the same transaction: the head of the counter is new, the entry is missing.
# (READ COMMITTED: only the locked row is read again after the wait; the rest of the statement keeps its old snapshot.)
# A second statement after the lock sees both.
set -euo pipefail
cd "$(dirname "$0")"; . ./with-postgres.sh
start_postgres
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . pg@8.23.1 >/dev/null
cat > try.mjs <<'EOF'
import pg from 'pg';
const [a, b] = [new pg.Client(process.env.DATABASE_URL), new pg.Client(process.env.DATABASE_URL)];
await Promise.all([a.connect(), b.connect()]);
await a.query('CREATE TABLE room (id int PRIMARY KEY, head int); CREATE TABLE entry (nonce text PRIMARY KEY, seq int)');
await a.query('INSERT INTO room VALUES (1, 1)');
const write = async (nonce) => {
  await a.query('BEGIN');
  await a.query('UPDATE room SET head = head + 1 WHERE id = 1');
  await a.query('INSERT INTO entry SELECT $1, head FROM room WHERE id = 1', [nonce]);
};
const waiting = async () => {
  for (;;) {
    const { rows } = await a.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
    if (rows.length > 0) return;
  }
};
await write('n1');
const both = b.query(`WITH r AS (SELECT head FROM room WHERE id = 1 FOR UPDATE)
  SELECT r.head, (SELECT count(*)::int FROM entry WHERE nonce = 'n1') AS found FROM r`);
await waiting();
await a.query('COMMIT');
console.log('one statement: ', JSON.stringify((await both).rows[0]));
await write('n2');
await b.query('BEGIN');
const lock = b.query('SELECT head FROM room WHERE id = 1 FOR UPDATE');
await waiting();
await a.query('COMMIT');
const { head } = (await lock).rows[0];
const { found } = (await b.query(`SELECT count(*)::int AS found FROM entry WHERE nonce = 'n2'`)).rows[0];
await b.query('COMMIT');
console.log('two statements:', JSON.stringify({ head, found }));
await Promise.all([a.end(), b.end()]);
EOF
echo "pg 8.23.1, node $(node --version), $(postgres_version)"
echo "Seen:"
node try.mjs | tee seen
expect_seen <<'EOF'
one statement:  {"head":2,"found":0}
two statements: {"head":3,"found":1}
EOF
