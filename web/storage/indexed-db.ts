import { isText } from '../../protocol/shape.ts';
import type { Device } from './device-store.ts';

const NAME = 'salon';
const VERSION = 1;
/** Entries of existing browsers lie under this name. */
const STORE = 'kept';
/** Some browsers never answer, when another tab holds an older version open or their files are damaged. */
const OPEN_MS = 3_000;

/** IndexedDB, keyed by user: another user of this device reads nothing of it here. */
export class IndexedDbDevice implements Device {
  #opening: Promise<IDBDatabase> | null = null;

  constructor(private readonly user: string) {}

  put(key: string, value: unknown): Promise<void> {
    return this.#write((store) => store.put(value, [this.user, key]));
  }

  delete(key: string): Promise<void> {
    return this.#write((store) => store.delete([this.user, key]));
  }

  async get(key: string): Promise<unknown> {
    const store = (await this.#open()).transaction(STORE).objectStore(STORE);
    return resultOf(store.get([this.user, key]));
  }

  async entries(prefix: string): Promise<ReadonlyMap<string, unknown>> {
    const store = (await this.#open()).transaction(STORE).objectStore(STORE);
    const range = IDBKeyRange.bound([this.user, prefix], [this.user, `${prefix}\uffff`]);
    const [keys, values] = await Promise.all([resultOf(store.getAllKeys(range)), resultOf(store.getAll(range))]);
    return new Map(keys.map((key, at) => [keyTextOf(key), values[at]]));
  }

  /** Strict: a browser that is killed the next moment, or a machine that loses its power, still has it. */
  async #write(change: (store: IDBObjectStore) => void): Promise<void> {
    const transaction = (await this.#open()).transaction(STORE, 'readwrite', { durability: 'strict' });
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      change(transaction.objectStore(STORE));
      transaction.commit();
    });
  }

  #open(): Promise<IDBDatabase> {
    this.#opening ??= openDatabase(() => {
      this.#opening = null;
    });
    return this.#opening;
  }
}

function openDatabase(onClosed: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    let isTooLate = false;
    const abandon = (): void => {
      isTooLate = true;
      onClosed();
      reject(new Error('IndexedDB could not be opened'));
    };
    const timer = setTimeout(abandon, OPEN_MS);
    request.onblocked = abandon;
    request.onerror = () => {
      clearTimeout(timer);
      abandon();
    };
    request.onupgradeneeded = ({ oldVersion }) => upgrade(request.result, oldVersion);
    request.onsuccess = () => {
      clearTimeout(timer);
      if (isTooLate) request.result.close();
      else resolve(yieldToUpgrades(request.result, onClosed));
    };
  });
}

/** One step per version; a step is never removed. */
function upgrade(database: IDBDatabase, from: number): void {
  if (from < 1) database.createObjectStore(STORE);
}

/** Closes the database when a tab with a newer page wants to upgrade it. */
function yieldToUpgrades(database: IDBDatabase, onClosed: () => void): IDBDatabase {
  database.onclose = onClosed;
  database.onversionchange = () => {
    database.close();
    onClosed();
  };
  return database;
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function keyTextOf(key: IDBValidKey): string {
  const last: unknown = Array.isArray(key) ? key[1] : null;
  return isText(last) ? last : '';
}
