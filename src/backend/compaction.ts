import { crc32 } from 'node:zlib';
import type { CheckedFile } from './checked-file.ts';
import type { StoredWrite } from './port.ts';
import { headBytes } from './record.ts';
import type { Ring, Told } from './ring.ts';

/**
 * Copies the oldest kept records to the head, as many as fit, so that what is dead between them can be
 * freed once a header with the new tail is durable. Needed when crashes or new epochs left many dead
 * records behind one that is kept: a hole must find room whatever came before. False: nothing moved.
 */
export async function moveOldest(ring: Ring, file: CheckedFile, told: Told): Promise<boolean> {
  if (!ring.hasDead()) return false;
  const moved: StoredWrite[] = [];
  for (const [place, sequence] of ring.arrivals.all()) {
    const kept = ring.index.get(sequence);
    if (kept?.place !== place) continue;
    const bytes = kept.entry.kind === 'data' ? ring.payloadBytes(kept.entry) : 0;
    const payload = await file.read(ring.offsetOf(place) + headBytes, bytes);
    if (bytes > 0 && crc32(payload) !== kept.entry.checksum) break;
    const write = { entry: kept.entry, payload };
    if (!ring.fits([...moved, write], 0)) break;
    moved.push(write);
    if (moved.length === movedMax) break;
  }
  if (moved.length === 0) return false;
  const places = moved.map((write) => ring.appendCopy(write, told));
  await ring.write(file);
  moved.forEach(({ entry }, number) => {
    ring.index.set({ entry, place: places[number]! });
  });
  return true;
}

const movedMax = 64;
