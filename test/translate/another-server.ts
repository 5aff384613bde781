import { Decimal } from '../../src/shared/decimal.ts'
import type { CdsObjects } from '../../src/translate/to-espi/cds-objects.ts'

const decimal = (text: string): Decimal => Decimal.parse(text) ?? new Decimal(0n)

/** Objects as a CDS server without an ESPI past has them: no member of ours. */
export function anotherServer(): CdsObjects {
  return {
    accounts: [
      {
        cds_account_id: 'acc-1',
        cds_account_parent: null,
        customer_number: 'C-9',
        account_number: '0042',
        account_entity: null,
        account_name: 'Mira & Sons',
        account_address: '1 ELM ST\nUnit 2\nSPRINGFIELD IL 62701\nUSA',
        account_types: ['customer', 'residential'],
        account_status: 'active',
        account_contacts: [
          { id: 'ct-1', types: ['phone_number', 'primary'], value: '+12175550100' },
          { id: 'ct-2', types: ['email', 'primary'], value: 'mira@sample.example' },
        ],
        account_programs: [],
      },
    ],
    serviceContracts: [
      {
        cds_servicecontract_id: 'sc-1',
        cds_account_id: 'acc-1',
        contract_number: 'A-7',
        contract_types: ['utility_service'],
        contract_entity: null,
        contract_status: 'paused',
        contract_start: '2026-01-01',
        contract_end: '2026-02-01',
        service_types: ['electric', 'metered'],
        rateplan_code: 'E-1',
        rateplan_name: 'Everyday',
        service_programs: [],
      },
    ],
    servicePoints: [
      {
        cds_servicepoint_id: 'sp-1',
        servicepoint_number: 'S-3',
        servicepoint_types: ['electric', 'physical'],
        servicepoint_address: '1 ELM ST\nSPRINGFIELD IL 62701',
        latitude: decimal('39.80'),
        longitude: decimal('-89.65'),
        current_servicecontracts: ['sc-1'],
        previous_servicecontracts: [],
        premises: [],
      },
    ],
    meterDevices: [
      {
        cds_meterdevice_id: 'md-1',
        meter_number: '000778',
        meter_types: ['physical_meter', 'ami_meter'],
        current_servicepoints: ['sp-1'],
        previous_servicepoints: [],
        meter_apps: [],
      },
    ],
    billStatements: [],
    billSections: [
      {
        cds_billsection_id: 'bs-1',
        cds_billstatement_id: null,
        cds_account_id: 'acc-1',
        account_number: '0042',
        section_types: ['electric'],
        start_date: '2026-01-01',
        end_date: '2026-01-31',
        currency: 'USD',
        distribution_entity: null,
        supply_entity: null,
        related_servicecontracts: ['sc-1'],
        related_servicepoints: ['sp-1'],
        related_meterdevices: [],
        related_billsections: [],
        usage_details: [
          {
            id: 'u1',
            name: 'Usage',
            types: ['electric_usage'],
            value: decimal('310.5'),
            units: 'kWh',
            start_date: '2026-01-01',
            end_date: '2026-01-31',
          },
        ],
        cost_details: [{ id: 'c1', name: 'Total', types: ['overall_total'], cost: decimal('62.10') }],
        line_items: [
          {
            id: 'l1',
            name: 'Energy',
            types: ['usage_charge'],
            start_date: '2026-01-01',
            end_date: '2026-01-31',
            cost: decimal('65.10'),
            value: decimal('310.5'),
            units: 'kWh',
            rate: decimal('0.2'),
            related_usage_details: [],
            related_cost_details: [],
          },
          {
            id: 'l2',
            name: 'Credit',
            types: ['supply'],
            start_date: '2026-01-01',
            end_date: '2026-01-31',
            cost: decimal('-3'),
            value: null,
            rate: null,
            related_usage_details: [],
            related_cost_details: [],
          },
        ],
      },
    ],
    usageSegments: [
      {
        cds_usagesegment_id: 'us-1',
        related_aggregations: [],
        related_accounts: ['acc-1'],
        related_servicecontracts: ['sc-1'],
        related_servicepoints: ['sp-1'],
        related_meterdevices: ['md-1'],
        related_billsections: [],
        segment_start: '2026-01-01T06:00:00Z',
        segment_end: '2026-01-01T08:00:00Z',
        interval: decimal('3600'),
        formats: [
          {
            id: 'f1',
            type: 'electric_usage',
            units: 'Wh',
            direction: 'reverse',
            quality: 'estimated',
            tou: 'peak',
          },
          { id: 'f2', type: 'cost', currency: 'USD', indexes: [decimal('0')] },
          { id: 'f3', type: 'electric_demand', units: 'kW', demand_type: 'peak' },
          { id: 'f4', type: 'meter_readings', register: '1', units: 'kWh' },
        ],
        values: [
          [{ eu: decimal('-1500.5') }, { c: decimal('0.3') }, { ed: decimal('4.2') }, { r: '00123.4' }],
          [null, { c: decimal('0.1') }, { ed: decimal('4') }, null],
        ],
      },
    ],
  }
}
