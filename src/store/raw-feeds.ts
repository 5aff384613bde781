import { type SealKeys, seal, unseal } from '../shared/seal.ts'
import type { RawFeedWriter, SyncWindow } from '../sync/stores.ts'
import { compressBytes, decompressBytes } from './compress.ts'
import type { Database } from './database.ts'

/** What raw feeds are sealed for; see `shared/seal.ts`. */
export const RAW_FEED = 'raw feed'
const PIECE_BYTES = 1 << 20

/** See `SyncStore.openRawFeed`. A piece is a megabyte before compression. */
export async function openRawFeed(
  db: Database,
  keys: SealKeys,
  window: Pick<SyncWindow, 'runId' | 'number'>,
  expiresAt: Date,
): Promise<RawFeedWriter> {
  const place = { run_id: window.runId, number: window.number }
  await db
    .deleteFrom('raw_feeds')
    .where('run_id', '=', place.run_id)
    .where('number', '=', place.number)
    .execute()
  let piece = 0
  let waiting: Uint8Array[] = []
  let size = 0
  const flush = async () => {
    const sealed = seal(await compressBytes(Buffer.concat(waiting)), RAW_FEED, keys)
    await db
      .insertInto('raw_feeds')
      .values({ ...place, piece, sealed, expires_at: expiresAt })
      // A job that was taken for stalled may be at the same window: either's feed is the window's.
      .onConflict((conflict) => conflict.columns(['run_id', 'number', 'piece']).doUpdateSet({ sealed }))
      .execute()
    piece += 1
    waiting = []
    size = 0
  }
  return {
    write: async (bytes) => {
      waiting.push(bytes)
      size += bytes.length
      if (size >= PIECE_BYTES) await flush()
    },
    end: async () => {
      if (size > 0) await flush()
    },
  }
}

/** A kept feed as it came, piece by piece. */
export async function* readRawFeed(
  db: Database,
  keys: SealKeys,
  window: Pick<SyncWindow, 'runId' | 'number'>,
): AsyncGenerator<Uint8Array> {
  for (let piece = 0; ; piece += 1) {
    const row = await db
      .selectFrom('raw_feeds')
      .select('sealed')
      .where('run_id', '=', window.runId)
      .where('number', '=', window.number)
      .where('piece', '=', piece)
      .executeTakeFirst()
    if (!row) return
    yield await decompressBytes(unseal(row.sealed, RAW_FEED, keys))
  }
}
