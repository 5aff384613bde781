import { createHmac, timingSafeEqual } from 'node:crypto'
import type { MessageId } from '../../shared/ids.ts'

/** Where the pages are; a message keeps this path and its own id. */
export const SELF_ACCESS_PATH = '/self-access'

const DAY_MS = 86_400_000
const LIFETIME_DAYS = 30

/** The links to the page where the owner of a query client signs in: made when a message is shown, kept nowhere. */
export interface SelfAccessLinks {
  /** The path of a link that works until the end of the thirtieth day (UTC) from `now`; the same all day. */
  toPath(messageId: MessageId, now: Date): string
  /** The last part of a link becomes the id of its message. */
  read(link: string, now: Date): { messageId: string } | 'expired' | 'unknown'
}

/** `/self-access/<message id>.<last day, since 1970>.<HMAC-SHA-256 of both>` under a key of its own. */
export function selfAccessLinks(key: Uint8Array): SelfAccessLinks {
  const sign = (messageId: string, lastDay: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([messageId, lastDay]))
      .digest()

  return {
    toPath(messageId, now) {
      const lastDay = String(dayOf(now) + LIFETIME_DAYS)
      return `${SELF_ACCESS_PATH}/${messageId}.${lastDay}.${sign(messageId, lastDay).toString('base64url')}`
    },
    read(link, now) {
      const [, messageId, lastDay, mac] = /^(m_[0-9a-f]{32})\.(\d{1,6})\.([\w-]{43})$/.exec(link) ?? []
      if (messageId === undefined || lastDay === undefined || mac === undefined) return 'unknown'
      if (!timingSafeEqual(sign(messageId, lastDay), Buffer.from(mac, 'base64url'))) return 'unknown'
      return Number(lastDay) < dayOf(now) ? 'expired' : { messageId }
    },
  }
}

function dayOf(now: Date): number {
  return Math.floor(now.getTime() / DAY_MS)
}
