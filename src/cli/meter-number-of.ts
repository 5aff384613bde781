/** The number on a meter device, whatever list the object is of; undefined where it is none, or has none. */
export function meterNumberOf(object: object): { id: string; number: string } | undefined {
  if (!('cds_meterdevice_id' in object && 'meter_number' in object)) return undefined
  const { cds_meterdevice_id: id, meter_number: number } = object
  return typeof id === 'string' && typeof number === 'string' ? { id, number } : undefined
}
