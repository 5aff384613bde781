import { GatewayError } from '../shared/errors.ts'

/** An adapter, or the choice of adapters, is wrong. The process does not start. */
export class UtilityProfileError extends GatewayError {
  readonly permanent = true
}
