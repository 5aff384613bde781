import { json, Router } from 'express'
import type { Custodian } from './custodian.ts'
import { Fault } from './faults.ts'
import { frontPage } from './pages/front-page.ts'

/** About the sandbox itself: the front page, the fault switch, revoking as a customer would. No utility has these. */
export function adminRoutes(
  custodians: readonly Custodian[],
  { faults, book, directory }: Pick<Custodian, 'faults' | 'book' | 'directory'>,
): Router {
  const router = Router()
  router.get('/', (_request, response) => void response.send(frontPage(custodians, directory.holders()).text))

  router.get('/_sandbox/faults', (_request, response) => void response.json({ faults: faults.list() }))
  router.post('/_sandbox/faults', json({ limit: '16kb' }), (request, response) => {
    const fault = Fault.safeParse(request.body)
    if (!fault.success) {
      const wrong = fault.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }))
      response.status(400).json({ error: 'This is no fault the sandbox knows.', wrong })
      return
    }
    faults.set(fault.data)
    response.status(201).json({ faults: faults.list() })
  })
  router.delete('/_sandbox/faults', (_request, response) => {
    faults.clear()
    response.status(204).end()
  })

  router.get(
    '/_sandbox/authorizations',
    (_request, response) => void response.json({ authorizations: book.all() }),
  )
  router.post('/_sandbox/authorizations/:id/revoke', (request, response) => {
    response.status(book.revoke(request.params.id) ? 204 : 404).end()
  })
  return router
}
