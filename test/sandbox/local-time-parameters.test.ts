import { expect, it } from 'vitest'
import { localTimeParametersPayload } from '../../src/sandbox/feed/local-time-parameters.ts'
import { localCalendar } from '../../src/shared/local-calendar.ts'
import { textsOf } from './support.ts'

it.each([
  ['America/New_York', -18_000, 3600, '360E2000', 'B40E2000'],
  ['America/Los_Angeles', -28_800, 3600, '360E2000', 'B40E2000'],
  ['Europe/Berlin', 3600, 3600, '3E0E2000', 'AE0E3000'],
  ['America/Phoenix', -25_200, 0, 'FFFFFFFF', 'FFFFFFFF'],
])(
  '%s as LocalTimeParameters: offset %i, saving %i, from %s to %s (DstRuleType)',
  (zone, offset, saving, starts, ends) => {
    const { xml } = localTimeParametersPayload(localCalendar(zone), 2026)
    const said = ['tzOffset', 'dstOffset', 'dstStartRule', 'dstEndRule'].flatMap((name) => textsOf(xml, name))
    expect(said).toEqual([String(offset), String(saving), starts, ends])
  },
)
