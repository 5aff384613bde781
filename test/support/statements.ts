import type pg from 'pg'

/** The texts of all statements that a pool sends from now on, in order. To be called before its first connection. */
export function watchStatements(pool: pg.Pool): string[] {
  const texts: string[] = []
  pool.on('connect', (client) => {
    const send = client.query.bind(client) as (...given: unknown[]) => unknown
    const watched = (...given: unknown[]) => {
      const [first] = given
      texts.push(typeof first === 'string' ? first : String((first as pg.QueryConfig).text))
      return send(...given)
    }
    client.query = watched as typeof client.query
  })
  return texts
}
