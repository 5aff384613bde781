import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import type { Outages } from './outages.ts'

/** A process that ended although nobody had killed it. */
export interface Death {
  part: string
  at: Date
  how: string
  /** What it said at the end. */
  lastLines: string[]
}

export interface PartOptions {
  name: string
  command: string
  args: readonly string[]
  env: Record<string, string>
  /** Parts it cannot do without. */
  needs: readonly string[]
  outages: Outages
  /** Whether it does its work, given the lines it wrote. */
  isReady(lines: readonly string[]): Promise<boolean> | boolean
}

const KEPT_LINES = 60
const RESTART_MS = 300
const FATAL = /"level":60|unhandled|uncaught|FATAL ERROR|heap out of memory/i

/** One process of the installation under a supervisor that starts it again whenever it ends. */
export class Part {
  readonly name: string
  readonly deaths: Death[] = []
  /** Milliseconds from each start until it was ready, less the time for which what it needs was away. */
  readonly readyAfter: number[] = []
  readonly fatalLines: string[] = []
  kills = 0
  isUp = false
  private readonly options: PartOptions
  private child: ChildProcess | undefined
  private lines: string[] = []
  private wasKilled = false
  private isStopped = false

  constructor(options: PartOptions) {
    this.options = options
    this.name = options.name
  }

  get pid(): number | undefined {
    return this.child?.pid
  }

  start(): void {
    const { command, args, env } = this.options
    this.lines = []
    this.wasKilled = false
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.child = child
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.hear(line))
    }
    child.once('close', (code, signal) => this.ended(child, signal ?? `exit code ${code}`))
    void this.watchStart(child, Date.now())
  }

  kill(): void {
    this.wasKilled = true
    this.kills += 1
    this.isUp = false
    this.child?.kill('SIGKILL')
  }

  /** Stands still for a while, as a machine does that swaps or loses its network. */
  async pause(ms: number): Promise<void> {
    const child = this.child
    child?.kill('SIGSTOP')
    await wait(ms)
    child?.kill('SIGCONT')
  }

  /** Stops it in due order, harder when that takes too long. */
  async stop(): Promise<void> {
    this.isStopped = true
    const child = this.child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    await Promise.race([ended, wait(10_000, undefined, { ref: false })])
    child.kill('SIGKILL')
    await ended
  }

  /** For when there is no time to wait. */
  killAtOnce(): void {
    this.isStopped = true
    this.child?.kill('SIGKILL')
  }

  private hear(line: string): void {
    this.lines.push(line)
    if (this.lines.length > KEPT_LINES) this.lines.shift()
    if (FATAL.test(line)) this.fatalLines.push(line.slice(0, 500))
  }

  private ended(child: ChildProcess, how: string): void {
    if (child !== this.child || this.isStopped) return
    this.isUp = false
    if (!this.wasKilled) {
      this.deaths.push({ part: this.name, at: new Date(), how, lastLines: this.lines.slice(-8) })
    }
    setTimeout(() => !this.isStopped && this.start(), this.wasKilled ? 0 : RESTART_MS)
  }

  private async watchStart(child: ChildProcess, startedAt: number): Promise<void> {
    const { isReady, needs, outages } = this.options
    while (child === this.child && child.exitCode === null && child.signalCode === null) {
      if (await isReady(this.lines)) {
        this.isUp = true
        this.readyAfter.push(Date.now() - Math.max(startedAt, outages.allWellSince(needs)))
        outages.note(this.name)
        return
      }
      await wait(100)
    }
  }
}
