import type { RatePlan } from './model.ts'

/** The tariffs of the simulated utility; prices in 10⁻⁵ dollars. */
export const RATE_PLANS = {
  residential: {
    code: 'RES-1',
    name: 'Residential Standard',
    unitCost: 14_250n,
    unitExponent: 3,
    monthlyCharge: 1_250_000n,
  },
  netMetering: {
    code: 'RES-NEM',
    name: 'Residential Net Metering',
    unitCost: 15_100n,
    unitExponent: 3,
    monthlyCharge: 1_500_000n,
  },
  gas: {
    code: 'GAS-R',
    name: 'Residential Gas Heating',
    unitCost: 98_700n,
    unitExponent: 0,
    monthlyCharge: 1_100_000n,
  },
  farmWater: {
    code: 'WTR-AG',
    name: 'Agricultural Water',
    unitCost: 410n,
    unitExponent: 0,
    monthlyCharge: 2_200_000n,
  },
  farm: {
    code: 'AG-1',
    name: 'Agricultural Service',
    unitCost: 12_900n,
    unitExponent: 3,
    monthlyCharge: 2_500_000n,
  },
  businessTou: {
    code: 'GS-2-TOU',
    name: 'General Service Time of Use',
    unitCost: 11_800n,
    unitExponent: 3,
    monthlyCharge: 4_800_000n,
  },
  business: {
    code: 'GS-1',
    name: 'General Service Non-Demand',
    unitCost: 13_300n,
    unitExponent: 3,
    monthlyCharge: 2_900_000n,
  },
  businessGas: {
    code: 'GAS-C',
    name: 'Commercial Gas',
    unitCost: 83_400n,
    unitExponent: 0,
    monthlyCharge: 3_600_000n,
  },
} as const satisfies Record<string, RatePlan>
