import { newId, type UtilityAuthorizationId } from '../../src/shared/ids.ts'
import { openDatabase, openPool } from '../../src/store/database.ts'
import { utilityAuthorizationStore } from '../../src/store/utility-authorizations.ts'
import { freshAccessToken } from '../../src/upstream/fresh-token.ts'
import { openNetwork } from '../../src/upstream/network.ts'
import { profileAt } from './profile-at.ts'

/** A process of its own that asks once for a fresh token: `refresh-once.ts ADDRESS KEY UTILITY ID NOW`. The test kills it. */
const [address = '', key = '', utility = '', id = '', now = ''] = process.argv.slice(2)
const sealKeys = { current: 'k1', keys: new Map([['k1', Buffer.from(key, 'hex')]]) }
const pool = openPool(JSON.parse(address))
await freshAccessToken(id as UtilityAuthorizationId, {
  store: utilityAuthorizationStore(openDatabase(pool), { newId, sealKeys }),
  getUtility: () => ({
    profile: profileAt(utility),
    client: { clientId: 'gateway', clientSecret: 's:ecret' },
  }),
  clock: { now: () => new Date(now) },
  network: openNetwork(),
})
