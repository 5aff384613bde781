import type { Clock } from '../../shared/clock.ts'
import type { EspiScope } from '../scope.ts'

const YEAR = 365 * 86_400

/** One choice of how long the authorization lasts; `endsAt` in epoch seconds, 0: until revoked. */
export interface Duration {
  readonly label: string
  readonly endsAt: number
  readonly isPreset: boolean
}

/** The choices of the form. `PreferredAuthEndDate` of the request is the preset (0: until revoked), else three years. */
export function offeredDurations({ parameters }: EspiScope, clock: Clock): Duration[] {
  // Whole days, so that the choices are the same when the form comes back.
  const today = Math.floor(clock.now().getTime() / 86_400_000) * 86_400
  const asked = Number(parameters.get('preferredauthenddate') ?? Number.NaN)
  const offered = [
    { label: 'one year', endsAt: today + YEAR },
    { label: 'three years', endsAt: today + 3 * YEAR },
    { label: 'until I end it', endsAt: 0 },
  ]
  const isOwn =
    Number.isSafeInteger(asked) && asked > today && !offered.some(({ endsAt }) => endsAt === asked)
  if (isOwn)
    offered.unshift({ label: `until ${new Date(asked * 1000).toISOString().slice(0, 10)}`, endsAt: asked })
  const preset = offered.some(({ endsAt }) => endsAt === asked) ? asked : today + 3 * YEAR
  return offered.map((choice) => ({ ...choice, isPreset: choice.endsAt === preset }))
}
