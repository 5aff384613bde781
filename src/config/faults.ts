import { GatewayError } from '../shared/errors.ts'

/** One thing wrong with the configuration: which variable, what is wrong, what to write. */
export interface Fault {
  variable: string
  problem: string
  write: string
}

/** Everything that is wrong with the configuration. */
export class ConfigError extends GatewayError {
  readonly permanent = true
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    const lines = faults.map(({ variable, problem, write }) => `  ${variable} ${problem}: write ${write}`)
    super(`The configuration is wrong:\n${lines.join('\n')}`)
    this.faults = faults
  }
}
