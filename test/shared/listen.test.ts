import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { listen, PortError } from '../../src/shared/listen.ts'

async function withTakenPort(work: (port: number) => Promise<void>): Promise<void> {
  const other: Server = createServer()
  const running = await listen(other, 0, '127.0.0.1', '--port')
  try {
    await work((other.address() as AddressInfo).port)
  } finally {
    await running.stop()
  }
}

it('says that a port is taken, and with which option to choose another', () =>
  withTakenPort(async (port) => {
    const refused = listen(createServer(), port, '127.0.0.1', '--port')
    await expect(refused).rejects.toThrow(PortError)
    await expect(refused).rejects.toThrow(
      `port ${port} on 127.0.0.1 is taken by another program: choose another with --port`,
    )
  }))
