import { connect, createServer, type Socket } from 'node:net'

/** A load balancer: hands each connection to one of the ports, the next one where nobody listens. */
export async function startFront(
  port: number,
  ports: readonly number[],
): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  let turn = 0
  const server = createServer((client) => {
    keep(client)
    turn += 1
    handOn(client, [...ports.slice(turn % ports.length), ...ports.slice(0, turn % ports.length)])
  })

  function keep(socket: Socket): void {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  }

  function handOn(client: Socket, [first, ...others]: number[]): void {
    if (first === undefined) return void client.destroy()
    const web = connect(first, '127.0.0.1')
    keep(web)
    web.once('error', () =>
      web.connecting || web.bytesRead === 0 ? handOn(client, others) : client.destroy(),
    )
    web.once('connect', () => {
      web.removeAllListeners('error').on('error', () => client.destroy())
      client.on('close', () => web.destroy())
      web.on('close', () => client.destroy())
      client.pipe(web).pipe(client)
    })
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
