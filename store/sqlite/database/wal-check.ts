/**
 * Looks for commits that SQLite would drop without a word: it reads its log up to the first frame whose checksum is
 * wrong and takes that for the end. After a loss of power it is the end, for only the last commit can have been under
 * way. But where two more commits follow, one of them had been answered, and the file was damaged afterwards.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { StoreError } from '../../store-error.ts';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** The first word of a log; the last bit tells the byte order of the checksums. */
const MAGIC = 0x377f0682;

interface Checksums {
  a: number;
  b: number;
}

interface Wal {
  readonly handle: number;
  readonly pageBytes: number;
  readonly salts: readonly [number, number];
  readonly littleEndian: boolean;
  readonly sums: Checksums;
}

/** A store that is closed leaves an empty log, or none. */
export function wasLeftOpen(file: string): boolean {
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
  return log !== undefined && log.size > 0;
}

/** To be called before the database is opened. Throws a StoreError. */
export function refuseLostCommits(file: string): void {
  const handle = openSync(`${file}-wal`, 'r');
  try {
    const header = readBytes(handle, HEADER_BYTES, 0);
    // The log was begun and not yet written: there is nothing in it.
    if (header === null || isAllZero(header)) return;
    const log = readWal(handle, header);
    if (log === null || commitsAfterCorruption(log) >= 2) throw lostCommitsError(file);
  } finally {
    closeSync(handle);
  }
}

function readWal(handle: number, header: DataView): Wal | null {
  const littleEndian = header.getUint32(0) === MAGIC;
  const sums = { a: 0, b: 0 };
  addToSums(sums, header, 0, 24, littleEndian);
  if (header.getUint32(24) !== sums.a || header.getUint32(28) !== sums.b) return null;
  const salts = [header.getUint32(16), header.getUint32(20)] as const;
  return { handle, pageBytes: header.getUint32(8), salts, littleEndian, sums };
}

function commitsAfterCorruption(log: Wal): number {
  const frameBytes = FRAME_HEADER_BYTES + log.pageBytes;
  let intact = true;
  let commits = 0;
  for (let at = HEADER_BYTES; ; at += frameBytes) {
    const frame = readBytes(log.handle, frameBytes, at);
    if (frame === null) return commits;
    // Frames with other salts are left from before the log was last begun anew.
    const ours = frame.getUint32(8) === log.salts[0] && frame.getUint32(12) === log.salts[1];
    intact &&= ours && isIntact(log, frame);
    const isCommit = frame.getUint32(4) !== 0;
    if (!intact && ours && isCommit) commits += 1;
  }
}

/** The sums run on from frame to frame. */
function isIntact({ sums, littleEndian }: Wal, frame: DataView): boolean {
  addToSums(sums, frame, 0, 8, littleEndian);
  addToSums(sums, frame, FRAME_HEADER_BYTES, frame.byteLength, littleEndian);
  return frame.getUint32(16) === sums.a && frame.getUint32(20) === sums.b;
}

function addToSums(sums: Checksums, bytes: DataView, from: number, to: number, littleEndian: boolean): void {
  for (let at = from; at < to; at += 8) {
    sums.a = (sums.a + bytes.getUint32(at, littleEndian) + sums.b) >>> 0;
    sums.b = (sums.b + bytes.getUint32(at + 4, littleEndian) + sums.a) >>> 0;
  }
}

function readBytes(handle: number, length: number, position: number): DataView | null {
  const bytes = new DataView(new ArrayBuffer(length));
  return readSync(handle, bytes, 0, length, position) === length ? bytes : null;
}

function isAllZero(header: DataView): boolean {
  for (let at = 0; at < header.byteLength; at += 1) if (header.getUint8(at) !== 0) return false;
  return true;
}

function lostCommitsError(file: string): StoreError {
  return new StoreError(
    `${file}-wal is damaged, and messages that were acknowledged are in it. Move both files away and restore a backup.`,
  );
}
