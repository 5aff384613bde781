import { expect, it } from 'vitest'
import { boundedMemo } from '../../src/shared/bounded-memo.ts'

it('makes what it gives once for each key, and holds no more keys than it may', () => {
  const asked: number[] = []
  const half = boundedMemo(2, (key: number) => {
    asked.push(key)
    return key / 2
  })
  expect([half(0), half(2), half(0), half(2)]).toEqual([0, 1, 0, 1])
  expect(asked).toEqual([0, 2])
  expect([half(4), half(0)]).toEqual([2, 0])
  expect(asked).toEqual([0, 2, 4, 0])
})
