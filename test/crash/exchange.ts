import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** What the utility is asked for: its customer's data, tokens, or a page for people. */
export type Asked = 'usage' | 'customer' | 'token' | 'page'

/** The utility's true answer. */
export interface TrueAnswer {
  status: number
  headers: OutgoingHttpHeaders
  body: Buffer
}

/** One request that reached the hostile utility. */
export interface Exchange {
  asked: Asked
  /** Whether it is a refresh of a token. */
  isRefresh: boolean
  /** Whose it is; undefined where the request does not say. */
  username: string | undefined
  request: IncomingMessage
  response: ServerResponse
  /** Asks the true utility, once: what it does for this request is done, whatever becomes of the answer. */
  ask(): Promise<TrueAnswer>
}
