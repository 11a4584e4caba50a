import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../store/sqlite/store.ts';
import { storeContract } from './store.ts';

storeContract('SQLite', async () => {
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
    async dispose() {
      await store.close();
      rmSync(data, { recursive: true });
    },
  };
});
