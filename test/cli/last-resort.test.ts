import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { describeEnd } from '../../src/cli/last-resort.ts'
import { SignInNeededError } from '../../src/shared/errors.ts'

const ROOT = path.join(import.meta.dirname, '../..')

/** A program that installs the last resort and then does what `script` says. */
async function run(script: string) {
  const program = `
    import { installLastResort } from '${ROOT}/src/cli/last-resort.ts'
    import { unseal } from '${ROOT}/src/shared/seal.ts'
    installLastResort()
    setInterval(() => {}, 1000)
    ${script}`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], { cwd: ROOT })
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [ended, stderr] = await Promise.all([code, text(child.stderr)])
  return { code: ended, stderr }
}

describe('an error that nobody caught', () => {
  it.each([
    [
      'thrown',
      'setTimeout(() => unseal(undefined, "a secret name", { keys: new Map() }))',
      'uncaught exception',
    ],
    [
      'rejected',
      'void (async () => unseal(undefined, "a secret name", { keys: new Map() }))()',
      'unhandled rejection',
    ],
  ])(
    '%s ends the process with 70 and one line that says where, not with what',
    async (_how, script, kind) => {
      const { code, stderr } = await run(script)
      expect(code).toBe(70)
      expect(stderr).toMatch(
        new RegExp(
          `^gbcds: unexpected end \\(${kind}\\): TypeError ERR_INVALID_ARG_TYPE at src/shared/seal\\.ts:\\d+:\\d+\\n$`,
        ),
      )
    },
  )
})

describe('vitest', () => {
  it('fails a run in which nobody caught an error: no gateway of a test loses one unseen', () => {
    const configured = ['vitest.config.ts', 'package.json', 'bin/bootstrap/run.mjs'].map((file) =>
      readFileSync(path.join(ROOT, file), 'utf8'),
    )
    expect(configured.join()).not.toMatch(/dangerouslyIgnoreUnhandledErrors|onUnhandledError/)
  })
})

describe('describeEnd', () => {
  it('never repeats the message of an error that is not ours, even where it looks like a stack', () => {
    const error = new Error('a name\n    at /srv/a name/secret.ts:1:1')
    const line = describeEnd('uncaught exception', error)
    expect(line).toMatch(
      /^gbcds: unexpected end \(uncaught exception\): Error at test\/cli\/last-resort\.test\.ts:\d+:\d+$/,
    )
  })

  it('repeats the message of ours, which is written for the log', () => {
    expect(describeEnd('command', new SignInNeededError('sign in again'))).toMatch(
      /: SignInNeededError at test\/cli\/last-resort\.test\.ts:\d+:\d+: sign in again$/,
    )
  })

  it('says so when what was thrown is no error', () => {
    expect(describeEnd('unhandled rejection', 'a secret name')).toBe(
      'gbcds: unexpected end (unhandled rejection): a string was thrown',
    )
  })
})
