import { Migrator } from 'kysely/migration'
import { expect, it } from 'vitest'
import { migrate } from '../../src/store/database.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import { emptyDatabase } from '../support/postgres.ts'

it('gives codes and tokens their families, messages their counts, and forgets the secrets of links', async () => {
  const { database, pool } = await emptyDatabase('migration_0006')
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations(1) } })
  const { error } = await migrator.migrateTo('0003-customer-data')
  expect(error).toBeUndefined()
  const at = '2026-06-01T00:00:00Z'
  await pool.query(
    `insert into clients values ('c_1', 'r_1', 's', 'n', '{}', '{}', '{}', null, '{}', '{}', null, null, null, null, 'sandbox', '{}', null, null, null, null, $1, $1)`,
    [at],
  )
  await pool.query(
    `insert into authorization_codes values ('\\x01', 'c_1', '{g_1}', null, null, 'f_1', $1, null)`,
    [at],
  )
  await pool.query(
    `insert into refresh_tokens values ('\\x02', 'c_1', 'cr_1', '{g_1}', 'f_1', $1, null, null),
    ('\\x03', 'c_1', 'cr_1', '{g_1}', 'f_2', $1, null, null)`,
    [at],
  )
  await pool.query(
    `insert into messages values
    ('m_1', 'r_1', 'online_form_request', null, false, null, 'open', 'n', 'd', 'https://host/self-access/topsecret', 'online_form', null, $1, $1),
    ('m_2', 'r_1', 'support_request', null, true, 'c_1', 'pending', 'n', 'd', 'https://host/x', 'support', '[{"data":"QQ=="},{"data":"QQ=="}]', $1, $1)`,
    [at],
  )
  await pool.query(`insert into self_access_links values ('topsecret', 'c_1', 'm_1')`)

  await migrate(database)
  const rows = async (sql: string) => (await pool.query(sql)).rows
  expect(await rows('select family_id, client_id, ended_at from token_families order by 1')).toEqual([
    { family_id: 'f_1', client_id: 'c_1', ended_at: null },
    { family_id: 'f_2', client_id: 'c_1', ended_at: null },
  ])
  expect(
    await rows('select message_id, related_uri, attachment_count, attachment_bytes from messages order by 1'),
  ).toEqual([
    { message_id: 'm_1', related_uri: '/self-access/m_1', attachment_count: 0, attachment_bytes: 0 },
    { message_id: 'm_2', related_uri: 'https://host/x', attachment_count: 2, attachment_bytes: 33 },
  ])
  expect(await rows('select * from self_access_links')).toEqual([{ client_id: 'c_1', message_id: 'm_1' }])
  expect(await rows('select used_at is not null as used from clients')).toEqual([{ used: true }])
})
