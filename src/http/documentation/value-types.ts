import { type Html, html } from '../../shared/html.ts'
import { additionalValueTypes } from '../../translate/usage/additional-value-types.ts'
import { type Chapter, codeBlock, withCode } from './parts.ts'

/** The definition of a type, in the manner of CDS-WG3-01 §10.8.5. */
interface Definition {
  formatFields: readonly (readonly [name: string, meaning: string])[]
  valueFields: readonly (readonly [name: string, meaning: string])[]
  /** When a usage segment holds it. */
  appears: string
  exampleFormat: string
  exampleValueSet: string
}

const DEFINITIONS: Readonly<Record<string, Definition>> = {
  espi_natural_gas_volume: {
    formatFields: [
      ['type', 'string, required: `espi_natural_gas_volume`.'],
      [
        'units',
        'UnitType, required: `m3` cubic metres, `ft3` cubic feet or `L` litres, as the meter counts them.',
      ],
      ['quality', 'ReadingQualityType, optional: left out when it is not known.'],
      [
        'related_meterdevices',
        'array of strings, optional: the meter devices that measured it; left out when they are not known.',
      ],
      [
        'espi_quality, espi_tou, espi_tier, espi_cpp',
        'integers, optional: the codes of the Green Button feed, as the utility defines them.',
      ],
    ],
    valueFields: [
      [
        'v',
        'decimal, required: the volume from the start to the end of the interval, in the `units` of the format.',
      ],
    ],
    appears:
      'Where a utility reports gas as a volume that is not compensated for temperature and pressure, or does not say whether it is (ESPI `uom` 42 or 166 for m3, 119 for ft3, 134 or 156 for L). Standard volumes and energy come as `natural_gas_usage`.',
    exampleFormat: `{
  "id": "f1",
  "type": "espi_natural_gas_volume",
  "units": "m3",
  "quality": "valid",
  "espi_quality": 17,
  "related_meterdevices": ["m1"]
}`,
    exampleValueSet: '[{ "v": 2.31 }]',
  },
  espi_power_quality: {
    formatFields: [
      ['type', 'string, required: `espi_power_quality`.'],
      [
        'units',
        'string, required: `V` volts, `Hz` hertz, `count` events, `ratio` a number without dimension; `unstated` where ESPI names no unit (harmonicVoltage).',
      ],
      [
        'espi_measure',
        'string, required: the name of the ESPI element, e.g. `mainsVoltage`, `shortInterruptions`.',
      ],
      [
        'espi_measurement_protocol',
        'integer, optional: the standard that it was measured by, 0 is IEEE 1519-2009, 1 is EN 50160.',
      ],
      ['related_meterdevices', 'array of strings, optional: the meter devices that measured it.'],
    ],
    valueFields: [['v', 'decimal, required: the value over the interval, in the `units` of the format.']],
    appears:
      'Where a utility sends an ElectricPowerQualitySummary: one usage segment for each, with a single value set and one format for each element given.',
    exampleFormat: `{
  "id": "f1",
  "type": "espi_power_quality",
  "units": "Hz",
  "espi_measure": "powerFrequency",
  "espi_measurement_protocol": 1
}`,
    exampleValueSet: '[{ "v": 59.998000 }]',
  },
}

/** The types that differ in nothing but their name and units. */
function plainDefinition(type: string, units: readonly string[]): Definition {
  const reading = type === 'espi_meter_readings'
  return {
    formatFields: [
      ['type', `string, required: \`${type}\`.`],
      ['units', `string, required: one of ${units.map((unit) => `\`${unit}\``).join(', ')}.`],
      ...(reading
        ? ([
            ['related_meterdevice', 'string, optional: the meter device.'],
            ['register', 'null: no register is named.'],
          ] as const)
        : ([
            ['quality', 'ReadingQualityType, optional: left out when it is not known.'],
            ['related_meterdevices', 'array of strings, optional: the meter devices that measured it.'],
          ] as const)),
      ['espi_…', 'integers, optional: the codes of the Green Button feed, e.g. `espi_uom`, `espi_phase`.'],
    ],
    valueFields: [
      reading
        ? ['r', 'string, required: what the register showed, in the `units` of the format.']
        : ['v', 'decimal, required: the value, in the `units` of the format, with the sign of the feed.'],
    ],
    appears: 'Where a utility reports it: CDS-WG3-01 has no value type for it.',
    exampleFormat: `{ "id": "f1", "type": "${type}", "units": "${units[0] ?? ''}" }`,
    exampleValueSet: reading ? '[{ "r": "1204.5" }]' : '[{ "v": 2.31 }]',
  }
}

/** The value types of ours, CDS-WG3-01 §10.8.6 #usage-segment-value-type-description: definition, when they appear, examples. */
export function valueTypesSection(): Chapter {
  const body = html`<p>What utilities measure and CDS-WG3-01 has no value type for. Clients that do not know these may pass over them.</p>
${additionalValueTypes.map(
  ({ type, name, description, units }) => html`<article id="${type}">
<h3><code>${type}</code> ${name}</h3>
<p>${withCode(description)}</p>
${definition(DEFINITIONS[type] ?? plainDefinition(type, units))}
</article>\n`,
)}`
  return { anchor: 'value-types', title: 'Additional value types', body }
}

function definition(given: Definition): Html {
  return html`<p>${withCode(given.appears)}</p>
<h4>Value format</h4>
${fieldList(given.formatFields)}
${codeBlock(given.exampleFormat)}
<h4>Value object</h4>
${fieldList(given.valueFields)}
<p>In a value set beside that one format:</p>
${codeBlock(given.exampleValueSet)}`
}

function fieldList(fields: Definition['formatFields']): Html {
  return html`<ul>${fields.map(([name, meaning]) => html`<li><code>${name}</code>: ${withCode(meaning)}</li>`)}</ul>`
}
