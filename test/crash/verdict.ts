import type { AuthorizationBook } from '../../src/sandbox/authorizations.ts'
import type { GrantSeen } from './app.ts'
import { compareUsage, isExact, isRightPart } from './compare.ts'
import type { Installation } from './installation.ts'
import { type MemorySamples, thirds } from './memory.ts'
import { ask } from './postgres-part.ts'
import type { Visitor } from './visitor.ts'

/** What is wrong, one line each, and what came out well. */
export interface Verdict {
  faults: string[]
  exact: number
  /** Whose authorization the utility ended: a refresh token that works once was lost with its answer. */
  endedAtUtility: number
}

/** Beyond this share of growth from the second third of a long run to the last, memory does not count as flat. */
const GROWTH = 1.5
const LEAST_GROWTH_BYTES = 200 * 1024 * 1024

/** Compares everything that every visitor can read with what the utility holds. */
export async function judgeVisitors(
  visitors: readonly Visitor[],
  { database, utility }: Installation,
  { deadline, isLasting }: { deadline: number; isLasting: boolean },
): Promise<Verdict> {
  const verdict: Verdict = { faults: [], exact: 0, endedAtUtility: 0 }
  const authorizations = await authorizationsOf(database, utility.book)
  for (const visitor of visitors) {
    const grants = await visitor.app.grants(deadline).catch(() => [])
    const ended = grants.some(({ grant_id }) => authorizations?.endedGrants.has(grant_id))
    if (ended) verdict.endedAtUtility += 1
    const mayFail = ended || (isLasting && !visitor.isInnocent)
    await visitor.renew(deadline)
    const faults = [
      ...visitor.troubles,
      ...grantFaults(grants, mayFail),
      ...(await usageFaults(visitor, { deadline, mayFail })),
    ]
    // A visitor with a lasting fault may be on its way still, or have failed at the door.
    const counted =
      isLasting && !visitor.isInnocent ? faults.filter((fault) => fault.startsWith('usage')) : faults
    verdict.faults.push(...counted.map((fault) => `${visitor.name}: ${fault}`))
    if (faults.length === 0 && !ended) verdict.exact += 1
  }
  verdict.faults.push(...(authorizations?.faults ?? ['the database does not answer']))
  return verdict
}

function grantFaults(grants: readonly GrantSeen[], mayFail: boolean): string[] {
  if (grants.length === 0) return ['has no grant']
  return grants.flatMap(({ grant_id, status, eta }) => {
    if (status === 'active' || (mayFail && status === 'delayed')) return []
    if (status === 'pending' && mayFail && eta !== null && Date.parse(eta) > Date.now()) return []
    return [`grant ${grant_id} is ${status}${eta === null ? '' : `, eta ${eta}`}`]
  })
}

async function usageFaults(
  visitor: Visitor,
  { deadline, mayFail }: { deadline: number; mayFail: boolean },
): Promise<string[]> {
  const segments = await visitor.read(deadline)
  if (!segments) return mayFail ? [] : ['usage cannot be read']
  const difference = compareUsage(segments, visitor.household.truth)
  if (mayFail ? isRightPart(difference) : isExact(difference)) return []
  const { missing, wrong, twice, unknown } = difference
  return [
    `usage differs: ${missing} of ${visitor.household.truth.size} values missing, ${wrong} wrong, ${twice} twice, ${unknown} unknown`,
  ]
}

interface AuthorizationRow {
  id: string
  status: string
  resource_uri: string | null
  grant_ids: string[]
}

/** Our authorizations beside the utility's book, by the subscription that the resource URI names. */
async function authorizationsOf(database: Installation['database'], book: AuthorizationBook) {
  const rows = await ask<AuthorizationRow>(
    database,
    `select a.id, a.status, a.resource_uri,
       array(select l.grant_id from grant_authorizations l where l.utility_authorization_id = a.id) as grant_ids
     from utility_authorizations a`,
  )
  if (!rows) return undefined
  const all = new Map(book.all().map((authorization) => [authorization.subscriptionId, authorization]))
  const isHonoured = ({ resource_uri }: AuthorizationRow): boolean => {
    const found = all.get(resource_uri?.split('/').at(-1) ?? '')
    return found !== undefined && book.isActive(found)
  }
  // A sign-in that ended in no grant is given up by us.
  const lost = rows.filter((row) => row.status === 'withdrawn' && row.grant_ids.length > 0 && isHonoured(row))
  const ended = rows.filter((row) => !isHonoured(row))
  return {
    endedGrants: new Set(ended.flatMap(({ grant_ids }) => grant_ids)),
    faults: lost.map(({ id }) => `authorization ${id} was given up, and the utility still honours it`),
  }
}

/** What the processes did that they should not have. */
export function judgeProcesses({ gateway, targets }: Installation, readyMs: number): string[] {
  const deaths = gateway.flatMap((part) => part.deaths)
  return [
    ...deaths.map(({ part, at, how, lastLines }) => {
      const said = lastLines.map((line) => `\n      ${line.slice(0, 300)}`).join('')
      return `${part} ended by itself at ${at.toISOString()}: ${how}${said}`
    }),
    ...gateway.flatMap(({ name, readyAfter }) => {
      const late = readyAfter.slice(1).filter((ms) => ms > readyMs)
      return late.length === 0 ? [] : [`${name} was ready again only after ${Math.max(...late)} ms`]
    }),
    ...targets
      .filter(({ target }) => !target.isUp)
      .map(({ target }) => `${target.name} is not ready at the end`),
    ...gateway.flatMap(({ name, fatalLines }) => fatalLines.map((line) => `${name} logged: ${line}`)),
  ]
}

/** Names whose memory grew until the end. Meant for runs that are long enough to tell. */
export function judgeMemory(samples: readonly MemorySamples[]): string[] {
  const names = [...new Set(samples.map(({ name }) => name))]
  return names.flatMap((name) => {
    const [, middle, last] = thirds(samples, name)
    const grew = last > middle * GROWTH && last - middle > LEAST_GROWTH_BYTES
    return grew ? [`the memory of ${name} grew from ${toMebibytes(middle)} to ${toMebibytes(last)}`] : []
  })
}

export function toMebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`
}
