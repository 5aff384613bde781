/** A stretch of time in epoch seconds, `end` not included. */
export interface Span {
  start: number
  end: number
}

/** The calendar of one IANA zone, daylight saving time included. */
export interface LocalCalendar {
  dayOf(epoch: number): Span
  /** `YYYY-MM-DD` */
  dateOf(epoch: number): string
}

const DAY = 86_400

/** The local calendar of a zone. Throws RangeError when the zone is unknown. */
export function localCalendar(timezone: string): LocalCalendar {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })

  /** The wall clock, written as if it were UTC. */
  const wallOf = (epoch: number): number => {
    const parts: Record<string, string> = {}
    for (const { type, value } of format.formatToParts(epoch * 1000)) parts[type] = value
    const [year, month, day] = [Number(parts.year), Number(parts.month), Number(parts.day)]
    const [hour, minute, second] = [Number(parts.hour), Number(parts.minute), Number(parts.second)]
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000
  }

  /** The first moment of the local day whose midnight is `wall`; where the clock skips midnight, the moment after. */
  const startOfDay = (wall: number): number => {
    const offsets = [wall - DAY, wall + DAY].map((epoch) => wallOf(epoch) - epoch)
    const candidates = offsets.map((offset) => wall - offset).filter((epoch) => wallOf(epoch) >= wall)
    return Math.min(...candidates)
  }

  return {
    dayOf: (epoch) => {
      const date = new Date(wallOf(epoch) * 1000)
      const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
      return {
        start: startOfDay(Date.UTC(year, month, day) / 1000),
        end: startOfDay(Date.UTC(year, month, day + 1) / 1000),
      }
    },
    dateOf: (epoch) => new Date(wallOf(epoch) * 1000).toISOString().slice(0, 10),
  }
}
