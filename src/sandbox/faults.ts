import { z } from 'zod'

const FaultKind = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('slow'), ms: z.int().min(0).max(600_000) }),
  z.strictObject({ kind: z.literal('status'), status: z.literal([401, 403, 404, 500, 502, 503]) }),
  z.strictObject({ kind: z.literal('too-many-requests'), retryAfterSeconds: z.int().min(0).max(86_400) }),
  z.strictObject({ kind: z.literal('cut'), afterBytes: z.int().min(0) }),
  z.strictObject({ kind: z.literal('garbage'), body: z.enum(['html', 'not-xml']).default('html') }),
  z.strictObject({ kind: z.literal('not-ready'), retryAfterSeconds: z.int().min(0).max(86_400) }),
  z.strictObject({ kind: z.literal('narrowed-scope'), scope: z.string().min(1).max(1000) }),
])

/** What goes wrong, on which paths (those that start with `path`; all, when absent), how many times (always, when absent). */
export const Fault = z.intersection(
  FaultKind,
  z.object({ path: z.string().startsWith('/').optional(), times: z.int().min(1).optional() }),
)

export type FaultInput = z.input<typeof Fault>
export type Fault = z.output<typeof Fault>

/** One fault for each `kind`, as an example for people. */
export const FAULT_EXAMPLES: readonly { fault: FaultInput; meaning: string }[] = [
  { fault: { kind: 'slow', ms: 5000 }, meaning: 'answers after that many milliseconds' },
  { fault: { kind: 'status', status: 503 }, meaning: 'answers 401, 403, 404, 500, 502 or 503' },
  { fault: { kind: 'too-many-requests', retryAfterSeconds: 2 }, meaning: 'answers 429 with Retry-After' },
  {
    fault: { kind: 'cut', afterBytes: 4096 },
    meaning: 'closes the connection after that many bytes of the body',
  },
  {
    fault: { kind: 'garbage', body: 'html' },
    meaning: 'answers 200 with a page, or with text that is no XML',
  },
  {
    fault: { kind: 'not-ready', retryAfterSeconds: 1, times: 2 },
    meaning: 'answers 202 with Retry-After, then the feed',
  },
  {
    fault: { kind: 'narrowed-scope', scope: 'FB=4_5', times: 1 },
    meaning: 'the next authorization gets this scope, whatever was asked',
  },
]

interface Armed {
  readonly fault: Fault
  left: number
}

/** The faults that are switched on. */
export class FaultBoard {
  private armed: Armed[] = []

  set(fault: FaultInput): void {
    const checked = Fault.parse(fault)
    this.armed.push({ fault: checked, left: checked.times ?? Number.POSITIVE_INFINITY })
  }

  clear(): void {
    this.armed = []
  }

  list(): Fault[] {
    return this.armed.map(({ fault }) => fault)
  }

  /** The faults that hit this request, each counted as used once. */
  take(path: string): Fault[] {
    return this.use((fault) => fault.kind !== 'narrowed-scope' && path.startsWith(fault.path ?? '/'))
  }

  /** The scope that an authorization gets instead of its own, when that fault is on. */
  takeNarrowedScope(path: string): string | undefined {
    const [fault] = this.use(({ kind, path: of = '/' }) => kind === 'narrowed-scope' && path.startsWith(of))
    return fault?.kind === 'narrowed-scope' ? fault.scope : undefined
  }

  private use(isMeant: (fault: Fault) => boolean): Fault[] {
    const hit = this.armed.filter(({ fault }) => isMeant(fault))
    for (const armed of hit) armed.left -= 1
    this.armed = this.armed.filter(({ left }) => left > 0)
    return hit.map(({ fault }) => fault)
  }
}
