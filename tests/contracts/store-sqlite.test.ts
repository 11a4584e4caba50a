import { Database } from 'bun:sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../store/sqlite/store.ts';
import { storeContract } from './store.ts';
import type { OpenStore } from './store-scene.ts';

async function openFresh(): Promise<OpenStore> {
  const data = mkdtempSync(join(tmpdir(), 'salon-store-'));
  const open = () => openSqliteStore({ data });
  let store = await open();
  return {
    store,
    async reopen() {
      await store.close();
      store = await open();
      return store;
    },
    async deleteRow(table, id) {
      using db = new Database(join(data, 'salon.db'));
      db.run('PRAGMA busy_timeout = 5000');
      db.run('PRAGMA foreign_keys = ON');
      db.run(`DELETE FROM ${table} WHERE id = ?`, [id]);
    },
    async dispose() {
      await store.close();
      rmSync(data, { recursive: true });
    },
  };
}

storeContract('SQLite', openFresh, { drills: true });
