import { spawn } from 'node:child_process'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { newStopOrder } from '../../src/cli/stop-order.ts'

const ROOT = path.join(import.meta.dirname, '../..')

/** A program with two parts that is told to stop at once; `hangs` stops never. */
async function stopWith(patienceMs: number, webStops: string) {
  const program = `
    import { newStopOrder } from '${ROOT}/src/cli/stop-order.ts'
    import { untilStopped } from '${ROOT}/src/cli/until-stopped.ts'
    const order = newStopOrder()
    const stopped = untilStopped(order, ${patienceMs})
    setInterval(() => {}, 1000)
    order.add('the database', async () => {})
    order.add('the web server', async () => { ${webStops} })
    process.kill(process.pid, 'SIGTERM')
    await stopped.promise
    await order.stopAll()
    process.exit(0)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], { cwd: ROOT })
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return Promise.all([code, text(child.stderr)])
}

describe('a process that is told to stop', () => {
  it('ends with 0 when everything stopped', async () => {
    expect(await stopWith(5000, '')).toEqual([0, ''])
  })

  it('ends with 75 in time, and names what did not stop', async () => {
    expect(await stopWith(200, 'await new Promise(() => {})')).toEqual([
      75,
      'gbcds: not stopped within 0.2 s: the web server, the database\n',
    ])
  })
})

describe('newStopOrder', () => {
  it('stops in the opposite order, all of it, whatever fails, and tells the first failure', async () => {
    const order = newStopOrder()
    const stopped: string[] = []
    for (const name of ['first', 'second', 'third']) {
      order.add(name, async () => {
        stopped.push(name)
        if (name !== 'first') throw new Error(name)
      })
    }
    await expect(order.stopAll()).rejects.toThrow('third')
    expect([stopped, order.left()]).toEqual([['third', 'second', 'first'], []])
  })
})
