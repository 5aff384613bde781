import { describe, expect, it } from 'vitest'
import { newLru } from '../../src/shared/lru.ts'

describe('newLru', () => {
  const keptOf = (lru: ReturnType<typeof newLru<string, number>>) =>
    ['a', 'b', 'c'].filter((key) => lru.get(key) !== undefined)

  it('forgets what was not used for longest, beyond so many entries', () => {
    const lru = newLru<string, number>({ entries: 2, weight: 100 })
    lru.set('a', 1, 1)
    lru.set('b', 2, 1)
    expect(lru.get('a')).toBe(1)
    lru.set('c', 3, 1)
    expect(keptOf(lru)).toEqual(['a', 'c'])
  })

  it('forgets as much as its weight takes, and keeps nothing that is heavier than all', () => {
    const lru = newLru<string, number>({ entries: 10, weight: 10 })
    lru.set('a', 1, 4)
    lru.set('b', 2, 4)
    lru.set('c', 3, 6)
    expect(keptOf(lru)).toEqual(['b', 'c'])
    lru.set('a', 1, 11)
    expect(keptOf(lru)).toEqual(['b', 'c'])
  })

  it('counts a weight once: what is set again, or deleted, makes room', () => {
    const lru = newLru<string, number>({ entries: 10, weight: 10 })
    for (let time = 0; time < 5; time++) lru.set('a', time, 6)
    lru.set('b', 2, 4)
    expect(keptOf(lru)).toEqual(['a', 'b'])
    lru.delete('a')
    lru.delete('a')
    lru.set('c', 3, 6)
    expect(keptOf(lru)).toEqual(['b', 'c'])
  })
})
