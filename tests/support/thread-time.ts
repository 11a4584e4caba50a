import { dlopen, FFIType, ptr } from 'bun:ffi';

const CLOCK_THREAD_CPUTIME_ID = 3;
const libc = dlopen('libc.so.6', { clock_gettime: { args: [FFIType.i32, FFIType.ptr], returns: FFIType.i32 } });
const time = new BigInt64Array(2);

/** Milliseconds of the processor that this thread has used: what else runs on the machine is not counted. */
export function threadMs(): number {
  libc.symbols.clock_gettime(CLOCK_THREAD_CPUTIME_ID, ptr(time));
  return Number(time[0]) * 1_000 + Number(time[1]) / 1e6;
}

/** What a piece of work costs. Above `enough` it is run again, since the compiler and the collector take their share at times. */
export async function workMs(work: () => unknown, enough: number, runs = 5): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs && least > enough; run += 1) {
    const start = threadMs();
    await work();
    least = Math.min(least, threadMs() - start);
  }
  return least;
}
