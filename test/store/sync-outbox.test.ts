import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { newGrant } from '../../src/oauth/new-grant.ts'
import { newMessage } from '../../src/oauth/new-message.ts'
import type { Grant } from '../../src/oauth/stores.ts'
import { fixedClock } from '../../src/shared/clock.ts'
import { SignInNeededError, UpstreamError } from '../../src/shared/errors.ts'
import { newId, type RegistrationId, type UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { clientStore } from '../../src/store/clients.ts'
import { grantStore } from '../../src/store/grants.ts'
import { purgeSync } from '../../src/store/purge-sync.ts'
import { readSyncStatus } from '../../src/store/sync-status.ts'
import { giveUp } from '../../src/sync/give-up.ts'
import { grantKeeper } from '../../src/sync/grant-keeper.ts'
import { freshDatabase } from '../support/postgres.ts'
import { ID, KEYS, syncDepsFor } from '../support/sync-deps.ts'

const SAID = {
  type: 'request_update',
  status: 'pending',
  name: 'n',
  description: 'd',
  related: null,
} as const
const clock = fixedClock('2026-03-09T12:00:00Z')

describe('what must happen is written with what decides it', async () => {
  const { database } = await freshDatabase('outbox')
  const clients = clientStore(database, { sealKeys: KEYS })
  const grants = grantStore(database)
  const bench = syncDepsFor(database, async () => ({ kind: 'empty' }))

  beforeEach(async () => {
    for (const table of [
      'messages',
      'grants',
      'client_utility_authorizations',
      'sync_runs',
      'operator_records',
    ])
      await sql`delete from ${sql.table(table)}`.execute(database)
    await sql`insert into utility_authorizations (id, utility_id, environment, status, scope, created_at, modified_at,
      access_token_sealed) values (${ID}, 'u', 'sandbox', 'active', '', now(), now(), ''::bytea)
      on conflict do nothing`.execute(database)
    await sql`insert into clients (client_id, registration_id, scope, client_name, redirect_uris, response_types, grant_types,
      authorization_details_types, contacts, status, status_options, created, modified)
      values ('c_1', 'r_1', 'cds_query_usage', '', '{}', '{}', '{}', '{}', '{}', 'sandbox', '{}', now(), now())
      on conflict do nothing`.execute(database)
  })

  const aGrant = (ids: readonly UtilityAuthorizationId[] = [ID]): Grant =>
    newGrant({
      grantId: newId('grant'),
      clientId: 'c_1' as Grant['clientId'],
      scope: 'cds_query_usage',
      authorizationDetails: [],
      utilityAuthorizationIds: ids,
      selection: 'all',
      created: clock.now(),
    })
  const keeperWith = (isHonoured: (id: UtilityAuthorizationId) => Promise<boolean>) =>
    grantKeeper({
      grants,
      runs: bench.deps.store,
      clients,
      isHonoured,
      listLinked: async () => [],
      enabledDetails: async () => [],
      clock,
    })
  const create = (grant: Grant, key: string) =>
    grants.create(grant, { requestKey: Buffer.from(key), mostOpen: 10 })

  it('a pending grant is never without a run, and two grants share one', async () => {
    await create(aGrant(), 'a')
    const run = await bench.deps.store.openRun(ID)
    expect(run).toMatchObject({ planned: false, renews: false, tries: 0, utilityId: 'u' })
    await create(aGrant(), 'b')
    expect(await bench.deps.store.openRun(ID)).toEqual(run)
  })

  it('a linked authorization has a run, and its message is complete, at once', async () => {
    const messageId = newId('message')
    await sql`insert into messages (message_id, registration_id, type, read, status, name, description, created, modified)
      values (${messageId}, 'r_1', 'online_form_request', false, 'open', '', '', now(), now())`.execute(
      database,
    )
    await clients.linkUtilityAuthorization({
      clientId: 'c_1' as Grant['clientId'],
      utilityAuthorizationId: ID,
      linked: clock.now(),
      completes: messageId,
      messages: [
        newMessage(
          { messageId: newId('message'), registrationId: 'r_1' as RegistrationId, created: clock.now() },
          SAID,
        ),
      ],
    })
    expect(await bench.deps.store.openRun(ID)).toMatchObject({ status: 'running' })
    const { rows } = await sql<{ status: string }>`select status from messages order by status`.execute(
      database,
    )
    expect(rows).toEqual([{ status: 'complete' }, { status: 'pending' }])
  })

  it('purging keeps the newest run that ended well, however old, and what ended less than 90 days ago', async () => {
    const { store } = bench.deps
    const ended = async (runId: string, day: string) => {
      const at = new Date(`${day}T00:00:00Z`)
      await store.requestRun({ runId, utilityAuthorizationId: ID, utilityId: 'u', renews: true, at, eta: at })
      await store.finishRun(runId, at)
    }
    await ended('oldest', '2025-01-01')
    await ended('newest', '2025-01-02')
    await purgeSync(database, clock.now())
    expect(await store.findRun('oldest')).toBeUndefined()
    expect(await store.latestDoneRun(ID)).toMatchObject({ runId: 'newest' })
    await ended('yesterday', '2026-03-08')
    await ended('today', '2026-03-09')
    await purgeSync(database, clock.now())
    expect(await store.findRun('newest')).toBeUndefined()
    expect(await store.findRun('yesterday')).toMatchObject({ status: 'done' })
  })

  it('a grant that comes while a run is given up is told of it, or gets a run of its own: never neither', async () => {
    const deps = { ...bench.deps, grants: keeperWith(async () => true) }
    for (let round = 0; round < 40; round += 1) {
      const at = clock.now()
      const runId = `round-${round}`
      const run = await deps.store.requestRun({
        runId,
        utilityAuthorizationId: ID,
        utilityId: 'u',
        renews: false,
        at,
        eta: at,
      })
      const [grant] = await Promise.all([
        create(aGrant(), `round ${round}`),
        giveUp(run, new UpstreamError('down', { utilityId: 'u' }), deps),
      ])
      const open = await deps.store.openRun(ID)
      const { status } = (await grants.find(grant?.grantId ?? '')) ?? {}
      expect([status, open === undefined]).toEqual(open ? ['pending', false] : ['delayed', true])
      if (open) await deps.store.finishRun(open.runId, at)
      await sql`update grants set status = 'closed'`.execute(database)
    }
  })

  it('a grant waits for all its authorizations that are honoured, and not for one that needs a new sign-in', async () => {
    const lost = 'ua_lost' as UtilityAuthorizationId
    const grant = await create(aGrant([lost, ID]), 'a')
    if (!grant) throw new Error('no grant')
    await keeperWith(async () => true).settle(ID)
    expect(await grants.find(grant.grantId)).toMatchObject({ status: 'pending' })
    await keeperWith(async (id) => id !== lost).settle(ID)
    expect(await grants.find(grant.grantId)).toMatchObject({ status: 'active' })
  })

  it('a run given up tells the grant, its client and the operator at once, once, and nothing of a customer', async () => {
    const grant = await create(aGrant(), 'a')
    const keeper = keeperWith(async () => true)
    const deps = { ...bench.deps, grants: keeper }
    const run = await bench.deps.store.openRun(ID)
    if (!run || !grant) throw new Error('no run')
    const error = new UpstreamError('u answered 500 to a request for data', { utilityId: 'u', status: 500 })
    await giveUp(run, error, deps)
    await giveUp(run, error, deps)
    expect(await grants.find(grant.grantId)).toMatchObject({ status: 'delayed', eta: null })
    const said = await sql<{ name: string; description: string; related_uri: string }>`
      select name, description, related_uri from messages`.execute(database)
    expect(said.rows).toEqual([
      {
        name: 'A grant is delayed',
        description: `The grant ${grant.grantId} of the client c_1 is delayed. The utility did not give the data, though it was asked several times. It is asked again every day.`,
        related_uri: `https://gateway.example/cds/v1/grants/${grant.grantId}`,
      },
    ])
    expect(await readSyncStatus(database, clock.now(), 10)).toMatchObject({
      notes: [
        {
          kind: 'run_given_up',
          utilityId: 'u',
          detail: `run ${run.runId} was given up after 0 tries: UpstreamError: u answered 500 to a request for data`,
        },
      ],
    })
    // What is delayed already is told no second time.
    const later = await bench.deps.store.requestRun({
      runId: 'later',
      utilityAuthorizationId: ID,
      utilityId: 'u',
      renews: true,
      at: clock.now(),
      eta: clock.now(),
    })
    await giveUp(later, new SignInNeededError('lost'), deps)
    expect(await bench.deps.store.findRun('later')).toMatchObject({ status: 'failed' })
    expect((await sql`select 1 from messages`.execute(database)).rows).toHaveLength(1)
  })
})
