import type { Exchange } from './exchange.ts'
import { type Fault, mayHit } from './faults.ts'
import type { Dice } from './random.ts'

/** No customer meets more faults in a row than this: what passes must pass before the gateway gives up. */
const MOST_IN_A_ROW = 2

interface Assigned {
  fault: Fault
  left: number
}

/** Which requests are answered wrongly, and how. */
export class FaultPlan {
  private readonly assigned = new Map<string, Assigned[]>()
  private passing: { faults: readonly Fault[]; probability: number; dice: Dice } | undefined
  private readonly inARow = new Map<string, number>()
  readonly counts = new Map<string, number>()

  /** A customer meets this fault, the next so many times. */
  assign(username: string, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    const all = this.assigned.get(username) ?? []
    this.assigned.set(username, [...all, { fault, left: times }])
  }

  /** A customer meets nothing more. */
  forget(username: string): void {
    this.assigned.delete(username)
  }

  /** Any request may meet any of these. */
  scatter(faults: readonly Fault[], probability: number, dice: Dice): void {
    this.passing = { faults, probability, dice }
  }

  /** From here on every answer is true. */
  off(): void {
    this.assigned.clear()
    this.passing = undefined
  }

  /** The fault that hits a request; it counts as used. */
  take(exchange: Exchange): Fault | undefined {
    const fault = this.takeAssigned(exchange) ?? this.takePassing(exchange)
    if (fault) this.counts.set(fault.name, (this.counts.get(fault.name) ?? 0) + 1)
    return fault
  }

  private takeAssigned(exchange: Exchange): Fault | undefined {
    const found = this.assigned
      .get(exchange.username ?? '')
      ?.find(({ fault, left }) => left > 0 && mayHit(fault, exchange))
    if (found) found.left -= 1
    return found?.fault
  }

  private takePassing(exchange: Exchange): Fault | undefined {
    const { username = '' } = exchange
    const fitting = this.passing?.faults.filter((fault) => mayHit(fault, exchange)) ?? []
    const [first, ...others] = fitting
    const before = this.inARow.get(username) ?? 0
    const hit = first && before < MOST_IN_A_ROW && this.passing?.dice.happens(this.passing.probability)
    this.inARow.set(username, hit ? before + 1 : 0)
    return hit ? this.passing?.dice.pick([first, ...others]) : undefined
  }
}
