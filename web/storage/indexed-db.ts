import { isText } from '../../protocol/shape.ts';
import type { Device } from './device-store.ts';

const NAME = 'salon';
const VERSION = 1;
const STORE = 'kept';
/** Some browsers never answer, when another tab holds an older version open or their files are damaged. */
const OPEN_MS = 3_000;

/** IndexedDB, under the name of one person: whoever else uses this device reads nothing of it here. */
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
    return new Promise((written, failed) => {
      transaction.oncomplete = () => written();
      transaction.onabort = () => failed(transaction.error);
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

function openDatabase(closed: () => void): Promise<IDBDatabase> {
  return new Promise((opened, failed) => {
    const request = indexedDB.open(NAME, VERSION);
    let isTooLate = false;
    const giveUp = (): void => {
      isTooLate = true;
      closed();
      failed(new Error('the device does not open its store'));
    };
    const timer = setTimeout(giveUp, OPEN_MS);
    request.onblocked = giveUp;
    request.onerror = () => {
      clearTimeout(timer);
      giveUp();
    };
    request.onupgradeneeded = ({ oldVersion }) => upgrade(request.result, oldVersion);
    request.onsuccess = () => {
      clearTimeout(timer);
      if (isTooLate) request.result.close();
      else opened(yieldToUpgrades(request.result, closed));
    };
  });
}

/** One step a version; none is ever taken out. */
function upgrade(database: IDBDatabase, from: number): void {
  if (from < 1) database.createObjectStore(STORE);
}

/** A tab with a newer page does not have to wait for this one. */
function yieldToUpgrades(database: IDBDatabase, closed: () => void): IDBDatabase {
  database.onclose = closed;
  database.onversionchange = () => {
    database.close();
    closed();
  };
  return database;
}

function resultOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((answered, failed) => {
    request.onsuccess = () => answered(request.result);
    request.onerror = () => failed(request.error);
  });
}

function keyTextOf(key: IDBValidKey): string {
  const last: unknown = Array.isArray(key) ? key[1] : null;
  return isText(last) ? last : '';
}
