import type { UtilityProfile } from '../src/utility/profile.ts'
import { sandboxOpenespi } from './sandbox-openespi.ts'
import { sandboxUtilityapi } from './sandbox-utilityapi.ts'

/** Every utility the gateway knows. An installation enables some of them with UTILITIES. */
export const utilities: readonly UtilityProfile[] = [sandboxOpenespi, sandboxUtilityapi]
