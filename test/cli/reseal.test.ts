import { describe, expect, it } from 'vitest'
import { seal } from '../../src/shared/seal.ts'
import { databaseUrl, startGatewayProcess, temporaryFolder } from '../support/gateway-process.ts'
import { freshDatabase } from '../support/postgres.ts'

const OLD = Buffer.from('thirty-two bytes, not all equal!')
const NEW = Buffer.from('thirty-two others, not the same!')

describe('gbcds reseal', () => {
  it('counts, seals again, says when a key may be dropped, and which one is missing', async () => {
    const { address, pool } = await freshDatabase('reseal_cli')
    await pool.query(`insert into clients (client_id, registration_id, scope, client_name, redirect_uris, response_types, grant_types,
        authorization_details_types, contacts, status, status_options, created, modified)
      values ('c_1', 'r_1', '', 'Acme', '{}', '{}', '{}', '{}', '{}', 'production', '{}', now(), now())`)
    const old = { current: 'k1', keys: new Map([['k1', OLD]]) }
    await pool.query(
      `insert into credentials (credential_id, client_id, client_secret_sealed, created, modified)
        select 'cr_' || n, 'c_1', $1, now(), now() from generate_series(1, 3) n`,
      [seal('secret', 'client secret', old)],
    )
    const reseal = async (sealKeys: string, ...args: string[]) => {
      const env = {
        DATABASE_URL: databaseUrl(address),
        DATA_DIR: temporaryFolder('reseal'),
        SEAL_KEYS: sealKeys,
        ID_SECRET: OLD.toString('base64'),
        SANDBOX: 'on',
      }
      const command = startGatewayProcess('reseal', env, args)
      return { code: await command.ended, lines: command.lines }
    }
    const both = `k2:${NEW.toString('base64')},k1:${OLD.toString('base64')}`

    const dry = await reseal(both, '--dry-run')
    expect(dry.code).toBe(1)
    expect(dry.lines).toContain('credentials.client_secret_sealed: 3 with k1')
    expect(dry.lines.at(-1)).toBe('Still needed beside k2: k1.')

    const early = await reseal(`k2:${NEW.toString('base64')}`)
    expect([early.code, early.lines.at(-2)]).toEqual([1, 'SEAL_KEYS lacks k1: what it sealed does not open.'])

    const all = await reseal(both)
    expect(all.code).toBe(0)
    expect(all.lines).toContain('credentials.client_secret_sealed: 3 with k2')
    expect(all.lines.at(-1)).toBe('Everything is sealed with k2; other keys may be dropped.')
  }, 60_000)
})
