import { setTimeout as wait } from 'node:timers/promises'
import { App } from './app.ts'
import { insist, RefusedError } from './caller.ts'
import type { Household } from './households.ts'
import { selfAccess, share } from './sign-in.ts'

/** How a household's data gets to an app. */
export type Way = 'self-access' | 'share'

/** One household and its app, from the registration to the last value read. */
export class Visitor {
  readonly household: Household
  readonly way: Way
  /** Meets no fault, whatever others meet. */
  readonly isInnocent: boolean
  readonly app: App
  /** What went wrong on the way, in words for the report. */
  readonly troubles: string[] = []
  /** From the arrival until all data was there. */
  completeSeconds: number | undefined
  refreshes = 0
  private refreshToken: string | undefined
  private accessToken: string | undefined
  private hasArrived = false

  constructor(url: string, { household, way, isInnocent, number }: VisitorOptions) {
    this.household = household
    this.way = way
    this.isInnocent = isInnocent
    this.app = new App(url, `10.1.${(number >> 8) & 255}.${number & 255}`)
  }

  get name(): string {
    const { username, utilityId } = this.household
    return `${username} (${this.way} at ${utilityId})`
  }

  /** Registers, signs in and gets tokens. What fails for good becomes a trouble. */
  async arrive(deadline: number): Promise<void> {
    const from = Date.now()
    try {
      await this.app.register(deadline)
      if (this.way === 'self-access') await this.link(deadline)
      else this.keep(await share(this.app, this.household, deadline))
      this.hasArrived = true
      if (this.isInnocent) await this.untilComplete(from, deadline)
    } catch (error) {
      this.troubles.push(`did not arrive: ${error instanceof Error ? error.message : 'unknown'}`)
    }
  }

  /** Renews its tokens as an app does; those who sign in by a password ask for new ones. */
  async renew(deadline: number): Promise<void> {
    if (!this.hasArrived) return
    try {
      if (this.refreshToken === undefined) return await this.queryToken(deadline)
      const fields = { grant_type: 'refresh_token', refresh_token: this.refreshToken }
      this.keep(await insist(deadline, () => this.app.token(this.app.of('cds_usage'), fields)))
      this.refreshes += 1
    } catch (error) {
      if (!(error instanceof RefusedError)) return
      this.troubles.push(`lost its tokens after ${this.refreshes} refreshes: ${error.message}`)
      this.hasArrived = false
    }
  }

  /** All usage that the app may read; undefined when it has no token, or the reading fails for good. */
  async read(deadline: number) {
    if (this.accessToken === undefined) return undefined
    try {
      const listing = { token: this.accessToken, deadline }
      return await this.app.list('usage_segments', '/cds/v1/usage-segments', listing)
    } catch (error) {
      this.troubles.push(`cannot read: ${error instanceof Error ? error.message : 'unknown'}`)
      return undefined
    }
  }

  private async link(deadline: number): Promise<void> {
    await selfAccess(this.app, this.household, deadline)
    await this.queryToken(deadline)
  }

  private async queryToken(deadline: number): Promise<void> {
    const fields = { grant_type: 'client_credentials' }
    this.keep(await insist(deadline, () => this.app.token(this.app.of('cds_query_usage'), fields)))
  }

  private keep(token: { access_token: string; refresh_token?: string | undefined }): void {
    this.accessToken = token.access_token
    this.refreshToken = token.refresh_token ?? this.refreshToken
  }

  private async untilComplete(from: number, deadline: number): Promise<void> {
    while (Date.now() < deadline) {
      const grants = await this.app.grants(deadline)
      if (grants.length > 0 && grants.every(({ status }) => status === 'active')) {
        this.completeSeconds = (Date.now() - from) / 1000
        return
      }
      await wait(1000)
    }
    this.troubles.push('was never complete')
  }
}

export interface VisitorOptions {
  household: Household
  way: Way
  isInnocent: boolean
  /** Tells the visitors apart. */
  number: number
}
