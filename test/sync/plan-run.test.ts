import { describe, expect, it } from 'vitest'
import { newId } from '../../src/shared/ids.ts'
import type { SyncAuthorization, SyncUtility } from '../../src/sync/deps.ts'
import { planRun } from '../../src/sync/plan-run.ts'
import type { SyncRun, Window } from '../../src/sync/stores.ts'

const utility = {
  id: 'u',
  timezone: 'America/New_York',
  daysPerRequest: 92,
  daysOfHistory: 730,
  segmentLength: 'day',
} as SyncUtility
const authorization: SyncAuthorization = {
  id: newId('utilityAuthorization'),
  utilityId: 'u',
  status: 'active',
  grants: { customer: false, usage: true, historyFrom: undefined },
}

/** From when on the daily run of a day asks again, if the one before was the day before and loaded everything. */
async function askedFrom(day: string, bills: boolean): Promise<string | undefined> {
  const startedAt = new Date(`${day}T12:00:00Z`)
  const last = { historyFrom: new Date('2020-01-01'), startedAt: new Date(startedAt.getTime() - 86_400_000) }
  let planned: readonly Window[] = []
  await planRun({ runId: 'run', startedAt, renews: true } as SyncRun, authorization, utility, {
    store: {
      latestDoneRun: async () => last,
      planRun: async (_run: string, plan: { windows: readonly Window[] }) => {
        planned = plan.windows
      },
    },
    grants: { wanted: async () => ({ usageFrom: 'all', bills, ongoing: true }) },
    clock: { now: () => startedAt },
  } as unknown as Parameters<typeof planRun>[3])
  return planned
    .find((window) => window.purpose === 'usage')
    ?.from.toISOString()
    .slice(0, 10)
}

describe('a daily run', () => {
  it('asks for the week again in which readings are revised', async () => {
    expect(await askedFrom('2026-07-22', false)).toBe('2026-07-14')
    expect(await askedFrom('2026-07-23', false)).toBe('2026-07-15')
  })

  it('asks once a week, where bills are wanted, for the days that a late bill may be of', async () => {
    const days = [16, 17, 18, 19, 20, 21, 22, 23].map((day) => `2026-07-${day}`)
    const asked = await Promise.all(days.map((day) => askedFrom(day, true)))
    expect(asked).toEqual([
      '2026-05-31',
      '2026-07-09',
      '2026-07-10',
      '2026-07-11',
      '2026-07-12',
      '2026-07-13',
      '2026-07-14',
      '2026-06-07',
    ])
  })
})
