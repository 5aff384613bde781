import type { Request, Response } from 'express'
import type { Authorization } from '../authorizations.ts'
import type { Custodian } from '../custodian.ts'

/** What a bearer token opens: one customer's authorization, or what belongs to the client itself. */
export type Access = { readonly authorization: Authorization } | { readonly clientId: string }

/** The request's access, or nothing after answering 401 (ESPI: missing, expired or unknown token). */
export function accessOf(request: Request, response: Response, custodian: Custodian): Access | undefined {
  const { book, clients, dialect } = custodian
  const token = /^Bearer\s+([\w~+/.-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1]
  const issued = token === undefined ? undefined : book.findToken(token)
  if (issued?.kind === 'access') {
    if ('clientId' in issued.holder) {
      const { clientId } = issued.holder
      if (clients.some((client) => client.clientId === clientId)) return { clientId }
    } else {
      const authorization = book.find(issued.holder.authorizationId)
      if (authorization?.dialect === dialect.id && book.isActive(authorization)) return { authorization }
    }
  }
  response
    .status(401)
    .set('WWW-Authenticate', token === undefined ? 'Bearer' : 'Bearer error="invalid_token"')
    .end()
  return undefined
}
