/**
 * Finds commits that SQLite would drop silently: it reads the WAL up to the first frame with a wrong checksum and takes
 * that for the end. After a loss of power it is the end, since only the last commit can have been in progress. But if two
 * more commits follow, one of them had been answered, and the file was corrupted afterwards.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { StoreError } from '../../store-error.ts';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** The first word of a WAL; its last bit is the byte order of the checksums. */
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

/** A closed store leaves an empty WAL, or none. */
export function wasLeftOpen(file: string): boolean {
  const wal = statSync(`${file}-wal`, { throwIfNoEntry: false });
  return wal !== undefined && wal.size > 0;
}

/** Must be called before the database is opened. Throws a StoreError. */
export function refuseLostCommits(file: string): void {
  const handle = openSync(`${file}-wal`, 'r');
  try {
    const header = readBytes(handle, HEADER_BYTES, 0);
    // The WAL was created and not yet written: it is empty.
    if (header === null || isAllZero(header)) return;
    const wal = readWal(handle, header);
    if (wal === null || commitsAfterCorruption(wal) >= 2) throw lostCommitsError(file);
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

function commitsAfterCorruption(wal: Wal): number {
  const frameBytes = FRAME_HEADER_BYTES + wal.pageBytes;
  let intact = true;
  let commits = 0;
  for (let at = HEADER_BYTES; ; at += frameBytes) {
    const frame = readBytes(wal.handle, frameBytes, at);
    if (frame === null) return commits;
    // Frames with other salts are left from before the last restart of the WAL.
    const isCurrent = frame.getUint32(8) === wal.salts[0] && frame.getUint32(12) === wal.salts[1];
    intact &&= isCurrent && isIntact(wal, frame);
    const isCommit = frame.getUint32(4) !== 0;
    if (!intact && isCurrent && isCommit) commits += 1;
  }
}

/** The checksums accumulate from frame to frame. */
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
