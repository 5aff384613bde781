import { GatewayError } from '../../shared/errors.ts'

/** The embedded PostgreSQL cannot be used; the message says why and how to mend it. */
export class EmbeddedPostgresError extends GatewayError {
  readonly permanent = true
}

/** Another gateway runs on the same data folder. */
export class DataFolderInUseError extends GatewayError {
  readonly permanent = true
}
