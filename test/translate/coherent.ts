import { Decimal } from '../../src/shared/decimal.ts'
import type { Translated } from '../../src/translate/translated.ts'

const sumOf = (amounts: readonly Decimal[]): Decimal =>
  amounts.reduce((sum, amount) => sum.plus(amount), new Decimal(0n))

/** What does not fit together in a translation; each text names the rule of CDS-WG3-01. */
export function incoherences(translated: Translated): string[] {
  return [
    ...doubles(translated),
    ...dangling(translated),
    ...unbalanced(translated),
    ...misshapen(translated),
  ]
}

type Ids = Record<string, readonly string[]>

function idsOf({
  accounts,
  serviceContracts,
  servicePoints,
  meterDevices,
  billStatements,
  billSections,
  usageSegments,
}: Translated): Ids {
  return {
    accounts: accounts.map((one) => one.cds_account_id),
    serviceContracts: serviceContracts.map((one) => one.cds_servicecontract_id),
    servicePoints: servicePoints.map((one) => one.cds_servicepoint_id),
    meterDevices: meterDevices.map((one) => one.cds_meterdevice_id),
    billStatements: billStatements.map((one) => one.cds_billstatement_id),
    billSections: billSections.map((one) => one.cds_billsection_id),
    usageSegments: usageSegments.map((one) => one.cds_usagesegment_id),
  }
}

function doubles(translated: Translated): string[] {
  return Object.entries(idsOf(translated)).flatMap(([list, ids]) =>
    ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${list} has ${id} twice`),
  )
}

/** Every id that an object names is that of an object, and named once (§10.8.1). */
function dangling(translated: Translated): string[] {
  const ids = idsOf(translated)
  const missing = (list: string, named: readonly (string | null)[], where: string): string[] => [
    ...named
      .filter((id) => id !== null && !ids[list]?.includes(id))
      .map((id) => `${where}: no ${list} ${id}`),
    ...named.filter((id, at) => named.indexOf(id) !== at).map((id) => `${where}: ${id} twice`),
  ]
  const { serviceContracts, servicePoints, meterDevices, billStatements, billSections, usageSegments } =
    translated
  return [
    ...serviceContracts.flatMap((one) => missing('accounts', [one.cds_account_id], '§10.2.1')),
    ...servicePoints.flatMap((one) =>
      missing(
        'serviceContracts',
        [...(one.current_servicecontracts ?? []), ...(one.previous_servicecontracts ?? [])],
        '§10.3.1',
      ),
    ),
    ...meterDevices.flatMap((one) =>
      missing(
        'servicePoints',
        [...(one.current_servicepoints ?? []), ...(one.previous_servicepoints ?? [])],
        '§10.4.1',
      ),
    ),
    ...billStatements.flatMap((one) => missing('accounts', [one.cds_account_id], '§10.5.1')),
    ...billStatements.flatMap((one) =>
      (one.new_charges ?? []).flatMap((charge) =>
        missing('billSections', charge.related_billsections ?? [], '§10.5.2'),
      ),
    ),
    ...billSections.flatMap((one) => [
      ...missing('accounts', [one.cds_account_id], '§10.6.1'),
      ...missing('billStatements', [one.cds_billstatement_id], '§10.6.1'),
      ...missing('serviceContracts', one.related_servicecontracts, '§10.6.1'),
      ...missing('servicePoints', one.related_servicepoints, '§10.6.1'),
      ...missing('meterDevices', one.related_meterdevices, '§10.6.1'),
      ...missing('billSections', one.related_billsections, '§10.6.1'),
    ]),
    ...usageSegments.flatMap((one) => [
      ...missing('accounts', one.related_accounts, '§10.8.1'),
      ...missing('serviceContracts', one.related_servicecontracts, '§10.8.1'),
      ...missing('servicePoints', one.related_servicepoints, '§10.8.1'),
      ...missing('meterDevices', one.related_meterdevices, '§10.8.1'),
      ...missing('billSections', one.related_billsections, '§10.8.1'),
    ]),
  ]
}

/** §10.5.1: what is unpaid and what is newly charged is what is due. */
function unbalanced({ billStatements, billSections }: Translated): string[] {
  const wrong = billStatements.filter(({ new_charges = [], previous_balance_unpaid: unpaid, amount_due }) => {
    const charged = new_charges.filter((charge) => charge.included_in_amount_due).map(({ amount }) => amount)
    return !sumOf(unpaid ? [...charged, unpaid] : charged).equals(amount_due)
  })
  const partless = billSections.flatMap(({ cost_details, line_items = [], cds_billsection_id }) => {
    const details = new Set(cost_details.map(({ id }) => id))
    const named = line_items.flatMap((line) => line.related_cost_details)
    return named.filter((id) => !details.has(id)).map((id) => `§10.6.7: ${cds_billsection_id} has no ${id}`)
  })
  return [...wrong.map(({ cds_billstatement_id: id }) => `§10.5.1: ${id} does not add up`), ...partless]
}

/** §10.8.1 and §10.8.3: a value set a place, from the start to the end of the segment, and a place a format at most. */
function misshapen({ usageSegments }: Translated): string[] {
  return usageSegments.flatMap((segment) => {
    const { cds_usagesegment_id: id, formats, values, interval } = segment
    const seconds = (Date.parse(segment.segment_end) - Date.parse(segment.segment_start)) / 1000
    const [first, last] = [values.at(0), values.at(-1)]
    return [
      seconds === values.length * Number(interval) ? [] : `§10.8.1: ${id} is ${seconds} s long`,
      values.every((set) => set.length <= formats.length) ? [] : `§10.8.3: ${id} has values without a format`,
      first?.some(Boolean) && last?.some(Boolean) ? [] : `§10.8.3: ${id} begins or ends with nothing`,
      new Set(formats.map((format) => format.id)).size === formats.length
        ? []
        : `§10.8.2: ${id} has a format twice`,
      formats.flatMap((format) =>
        'indexes' in format && Array.isArray(format.indexes)
          ? format.indexes.filter((index) => Number(index) >= formats.length).map(() => `§10.8.5.7.1: ${id}`)
          : [],
      ),
    ].flat()
  })
}
