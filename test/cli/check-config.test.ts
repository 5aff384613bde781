import { describe, expect, it } from 'vitest'
import { run } from '../../src/cli/check-config.ts'
import { SETTINGS } from '../../src/config/settings.ts'
import { ConfigError } from '../../src/config.ts'

const KEY = Buffer.from('a key of thirty-two bytes, no 9!').toString('base64')

function output(env: Record<string, string>, flags = {}): string {
  const written: string[] = []
  run({ env, flags }, (text) => written.push(text))
  return written.join('')
}

describe('gbcds check-config', () => {
  it('prints every setting, those of the command line in force', () => {
    const lines = output({ PORT: '1' }, { PORT: '8888' }).split('\n')
    const printed = lines.map((line) => line.split('  ')[0])
    for (const name of Object.keys(SETTINGS)) expect(printed).toContain(name)
    expect(lines).toContainEqual(expect.stringMatching(/^PORT +8888$/))
  })

  it('prints that a secret is set, never the secret', () => {
    const env = {
      DATABASE_URL: 'postgres://u:hunter2@db/x',
      SEAL_KEYS: `k:${KEY}`,
      ID_SECRET: KEY,
      SANDBOX: 'on',
    }
    const text = output({ ...env, UTILITY_SANDBOX_OPENESPI_CLIENT_SECRET: 'hunter2' })
    expect(text).toMatch(/^DATABASE_URL +set$/m)
    expect(text).not.toMatch(/hunter2|CQkJ/)
  })

  it('throws all faults', () => {
    expect(() => output({ PORT: 'x', SYNC_AT: 'noon' })).toThrow(ConfigError)
  })
})
