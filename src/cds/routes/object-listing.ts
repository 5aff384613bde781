import { z } from 'zod'
import type { Kind } from '../kinds/kind.ts'
import type { ObjectFilter } from '../stores.ts'
import { idsNamedBy, visibleObject } from '../visible-object.ts'
import type { Listing } from './listing.ts'
import { parseQuery } from './parse-query.ts'
import { date, list, term } from './query.ts'

/** A row of the kinds table becomes its listing, CDS-WG3-01 §10.1.10 #accounts-list and its siblings. */
export function objectListing(kind: Kind): Listing<ObjectFilter> {
  const query = z.object({
    ...Object.fromEntries(
      Object.entries(kind.filters).map(([name, { test }]) => [name, isDate(test) ? date : list]),
    ),
    ...(kind.search ? { q: term } : {}),
  })
  return {
    path: kind.path,
    name: kind.name,
    parse: (parameters) => toFilter(parseQuery(query, parameters)),
    list: async (reader, views, filter, request) => {
      const page = await reader.listObjects(kind.name, views, filter, request)
      const visible = await reader.visibleIds(views, idsNamedBy(kind, page.items))
      return {
        ...page,
        items: page.items.map((told) => [{ compress: visibleObject(kind, told, views, visible) }]),
      }
    },
  }
}

function isDate(test: string): boolean {
  return test === 'onOrBefore' || test === 'onOrAfter'
}

function toFilter({ q, ...asked }: Readonly<Record<string, unknown>>): ObjectFilter {
  const entries = Object.entries(asked).filter(([, value]) => value !== undefined)
  return {
    lists: Object.fromEntries(entries.filter(([, value]) => Array.isArray(value))) as ObjectFilter['lists'],
    dates: Object.fromEntries(
      entries.filter(([, value]) => typeof value === 'string'),
    ) as ObjectFilter['dates'],
    q: typeof q === 'string' ? q : undefined,
  }
}
