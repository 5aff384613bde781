/** A value type of ours, for `cds_usagesegments_additional_value_types`; the server adds the `documentation` URL. */
export interface AdditionalValueType {
  type: string
  name: string
  description: string
}

/** What ESPI measures and CDS has no value type for, CDS-WG3-01 §10.8.6 #usage-segment-value-type-description. */
export const additionalValueTypes: readonly AdditionalValueType[] = [
  {
    type: 'espi_natural_gas_volume',
    name: 'Natural gas volume at metering conditions',
    description:
      'The volume of natural gas as metered, not (or not known to be) compensated for temperature and pressure. The format has `units` (`m3` or `ft3`), `quality` and `related_meterdevices` as natural_gas_usage has; the value object has `v`, the exact decimal volume of the interval.',
  },
]
