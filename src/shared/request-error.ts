import { GatewayError } from './errors.ts'

/** A client asked wrongly. `detail` goes to the client: what is wrong, where, and what to do. */
export class RequestError extends GatewayError {
  readonly permanent = true
  readonly status: 400 | 404 | 405 | 406 | 409 | 413 | 415
  readonly detail: string

  constructor(status: RequestError['status'], detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.status = status
    this.detail = detail
  }
}
