import { afterAll, beforeAll } from 'bun:test';
import { openPostgresStore } from '../../store/postgres/store.ts';
import { PostgresServer } from '../support/postgres-server.ts';
import { storeContract } from './store.ts';
import type { OpenStore } from './store-scene.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

async function open(): Promise<OpenStore> {
  const url = await server.database();
  const openAgain = () => openPostgresStore({ url });
  let store = await openAgain();
  return {
    store,
    async reopen() {
      await store.close();
      store = await openAgain();
      return store;
    },
    async deleteRow(table, id) {
      await server.query(`DELETE FROM ${table} WHERE id = ${id}`, new URL(url).pathname.slice(1));
    },
    dispose: () => store.close(),
  };
}

storeContract('PostgreSQL', open, { drills: false });
