/** For `bun --preload`: the store of this process gets `dying-writer.ts` as its writer thread. */
const WRITER = new URL('../../store/sqlite/writer/worker.ts', import.meta.url).href;
const DYING_WRITER = new URL('./dying-writer.ts', import.meta.url).href;

class FaultyWorker extends Worker {
  constructor(script: string | URL, options?: WorkerOptions) {
    super(String(script) === WRITER ? DYING_WRITER : script, options);
  }
}

globalThis.Worker = FaultyWorker;

export {};
