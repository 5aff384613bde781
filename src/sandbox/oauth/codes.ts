import type { Clock } from '../../shared/clock.ts'
import { newSecret } from '../../shared/ids.ts'

const CODE_LIVES_MS = 60_000

/** An authorization code and what it was given for. */
export interface IssuedCode {
  readonly clientId: string
  readonly redirectUri: string
  readonly authorizationId: string
}

/** Authorization codes: each lives a minute and works once (RFC 6749 §4.1.2). They do not outlive a restart. */
export class CodeBook {
  private readonly codes = new Map<string, IssuedCode & { expiresAt: number; used: boolean }>()
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  issue(issued: IssuedCode): string {
    const code = newSecret()
    this.codes.set(code, { ...issued, expiresAt: this.clock.now().getTime() + CODE_LIVES_MS, used: false })
    return code
  }

  /** What the code stands for, and whether it was spent before; spends it. */
  spend(code: string): (IssuedCode & { used: boolean; expired: boolean }) | undefined {
    const issued = this.codes.get(code)
    if (!issued) return undefined
    this.codes.set(code, { ...issued, used: true })
    return { ...issued, expired: issued.expiresAt <= this.clock.now().getTime() }
  }
}
