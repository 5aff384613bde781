import { Decimal } from '../../src/shared/decimal.ts'
import type { Identify } from '../../src/shared/ids.ts'
import { keyedIds } from '../../src/shared/ids.ts'
import type { TranslateContext, Translated } from '../../src/translate/translated.ts'

export const identify: Identify = keyedIds(new Uint8Array(32), 'test')

export const context: TranslateContext = {
  identify,
  authorizationKey: 'ua_1',
  timezone: 'America/Toronto',
  entity: null,
}

/** Exact sum of one member over all value objects, e.g. all `eu`. */
export function total({ usageSegments }: Pick<Translated, 'usageSegments'>, member: string): string {
  let sum = new Decimal(0n)
  for (const { values } of usageSegments) {
    for (const value of values.flat()) {
      const amount = value?.[member]
      if (amount instanceof Decimal) sum = sum.plus(amount)
    }
  }
  return sum.toString()
}
