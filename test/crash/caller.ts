import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'

export interface Answer {
  status: number
  headers: Headers
  text: string
}

/** An answer that a reasonable client does not take for the last word: none at all, 429, 5xx. */
export class TryAgainError extends Error {}

/** An answer that trying again does not change. It names the request, and nothing that was sent. */
export class RefusedError extends Error {
  readonly status: number

  constructor(what: string, { status, text }: Answer) {
    super(`${what} answered ${status} ${errorCode(text)}`.trim())
    this.status = status
  }
}

export interface Asking {
  method?: string
  headers?: Record<string, string>
  body?: URLSearchParams | string
}

const TIMEOUT_MS = 20_000

/** A person or a program with an internet address of its own; cookies are kept, redirects are not followed. */
export class Caller {
  readonly address: string
  private readonly cookies = new Map<string, string>()

  constructor(address: string) {
    this.address = address
  }

  /** One request; a connection that fails, 429 and 5xx throw TryAgainError. */
  async send(url: string, asking: Asking = {}): Promise<Answer> {
    const answer = await this.look(url, asking)
    if (answer.status !== 429 && answer.status < 500) return answer
    throw new TryAgainError(`${nameOf(url, asking)} answered ${answer.status}`)
  }

  /** One request with whatever answer; only a connection that fails throws TryAgainError. */
  async look(url: string, asking: Asking = {}): Promise<Answer> {
    const { method = 'GET', headers = {}, body } = asking
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const own = { 'x-forwarded-for': this.address, ...(cookie && { cookie }), ...headers }
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const init = { method, headers: own, signal, redirect: 'manual' as const, ...(body && { body }) }
    try {
      const response = await fetch(url, init)
      for (const line of response.headers.getSetCookie()) this.keepCookie(line)
      return { status: response.status, headers: response.headers, text: await response.text() }
    } catch (error) {
      const how = error instanceof Error ? error.name : 'fault'
      throw new TryAgainError(`${nameOf(url, asking)} was not answered: ${how}`)
    }
  }

  private keepCookie(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    this.cookies.set(name, value)
  }
}

/** A request as a report may name it: no secret of a link in it. */
function nameOf(url: string, { method = 'GET' }: Asking): string {
  return `${method} ${new URL(url).pathname.replace(/[\w-]{30,}/g, '…')}`
}

/** Does it again, a little later each time, as long as it may yet succeed. Past `deadline` (epoch milliseconds) the last error goes on. */
export async function insist<T>(deadline: number, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof TryAgainError) || Date.now() > deadline) throw error
      await wait(Math.min(200 * 2 ** tries, 2000))
    }
  }
}

const oauthError = z.object({ error: z.string() })

function errorCode(text: string): string {
  try {
    return oauthError.safeParse(JSON.parse(text)).data?.error ?? ''
  } catch {
    return ''
  }
}
