import { describe, expect, it } from 'vitest'
import type { UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { paceStore } from '../../src/store/pace.ts'
import { databaseUrl, startGatewayProcess, temporaryFolder } from '../support/gateway-process.ts'
import { emptyDatabase, freshDatabase } from '../support/postgres.ts'

const KEY = Buffer.from('thirty-two bytes, not all equal!').toString('base64')

async function status(env: Record<string, string>, ...args: string[]) {
  const command = startGatewayProcess('status', { SANDBOX: 'on', ...env }, args)
  return { code: await command.ended, lines: command.lines }
}

const on = (url: string) => ({ DATABASE_URL: url, SEAL_KEYS: `k:${KEY}`, ID_SECRET: KEY })

describe('gbcds status', () => {
  it('shows a pause with its reason, lifts it, and says when there is none to lift', async () => {
    const { address, database } = await freshDatabase('status')
    const refused = {
      utilityId: 'sandbox-openespi',
      utilityAuthorizationId: 'ua_1' as UtilityAuthorizationId,
      fromTokenEndpoint: true,
      retryAfterMs: undefined,
      reason: 'the token endpoint answered 503',
      at: new Date(),
    }
    const until = await paceStore(database).noteRefusal(refused)
    const env = on(databaseUrl(address))
    const paused = await status(env)
    expect(paused).toEqual({
      code: 0,
      lines: [
        `sandbox-openespi: 0 runs; daily round of no day yet; PAUSED until ${until?.toISOString()} (${refused.reason})`,
        '',
        'Notes, the newest first:',
        `${refused.at.toISOString()}  sandbox-openespi  paused until ${until?.toISOString()}: ${refused.reason}`,
      ],
    })
    const lifted = await status(env, '--resume', 'sandbox-openespi', '--json')
    expect(lifted.code).toBe(0)
    expect(JSON.parse(lifted.lines.join(''))).toMatchObject({
      utilities: [],
      notes: [{ kind: 'utility_paused' }],
    })
    expect(await status(env, '--resume', 'sandbox-openespi', '--notes', '0')).toEqual({
      code: 1,
      lines: ['Nothing was synced yet.', 'sandbox-openespi was not paused.'],
    })
  }, 60_000)

  it('says what is missing: a running gateway, its tables, a number', async () => {
    const folder = temporaryFolder('status')
    const nowhere = await status({ DATA_DIR: folder })
    expect(nowhere.code).toBe(1)
    expect(nowhere.lines).toEqual([
      `gbcds: No gateway runs on ${folder}. Set DATABASE_URL, or name the data folder of the running one with --data DIR.`,
    ])
    const { address } = await emptyDatabase('status_empty')
    expect(await status(on(databaseUrl(address)))).toEqual({
      code: 1,
      lines: ['gbcds: No gateway was started on this database yet.'],
    })
    expect((await status({}, '--notes', 'many')).code).toBe(2)
  }, 60_000)
})
