import { describe, expect, it } from 'vitest'
import { parseScopeString, writeScopeString } from '../../src/espi/scope-string.ts'

describe('parseScopeString', () => {
  it('reads every parameter of the example of the ESPI schema, blanks after ";" and "=" included', () => {
    const text =
      'FB=1_3_4_5_8_13_18_19_31_34_35_39;IntervalDuration=900_3600;BlockDuration=Daily; HistoryLength= 34128000;SubscriptionFrequency=Daily; AccountCollection=5;BR=1;'
    expect(parseScopeString(text)).toEqual({
      verbatim: text,
      blocks: [1, 3, 4, 5, 8, 13, 18, 19, 31, 34, 35, 39],
      intervalDurations: ['900', '3600'],
      blockDurations: ['Daily'],
      historyLengthSeconds: 34128000,
      subscriptionFrequency: 'Daily',
      accountCollection: 5,
      bulkId: '1',
      additionalScope: [],
      other: [],
    })
  })

  it('sorts the blocks and keeps "&dataCustodianId" as it came (PG&E)', () => {
    const scope = parseScopeString(
      'FB=1_3_39_40_4_5_10_15_16_46_47;HistoryLength=63072000;BR=50036&dataCustodianId=PGE;',
    )
    expect(scope.blocks).toEqual([1, 3, 4, 5, 10, 15, 16, 39, 40, 46, 47])
    expect(scope).toMatchObject({
      bulkId: '50036',
      historyLengthSeconds: 63072000,
      other: ['dataCustodianId=PGE'],
    })
  })

  it('matches names whatever their case (Hydro One: historyLength)', () => {
    expect(parseScopeString('fb=4_5;historyLength=32148000')).toMatchObject({
      blocks: [4, 5],
      historyLengthSeconds: 32148000,
    })
  })

  it.each(['13', '24', '7', '30', '9999'])('does not take HistoryLength=%s for seconds', (value) => {
    expect(parseScopeString(`FB=4_5_15;HistoryLength=${value}`).historyLengthSeconds).toBeUndefined()
  })

  it('takes HistoryLength=0 for no history, in every unit', () => {
    expect(parseScopeString('FB=4_5;HistoryLength=0').historyLengthSeconds).toBe(0)
  })

  it.each([
    'FB=4_5_15;HistoryLength=34128000,DataCustodian_Admin_Access',
    'FB=4_5_15;HistoryLength=34128000 DataCustodian_Admin_Access',
    '[FB=4_5_15; HistoryLength = 34128000, DataCustodian_Admin_Access]',
  ])('reads several scopes from "%s"', (text) => {
    expect(parseScopeString(text)).toMatchObject({
      verbatim: text,
      blocks: [4, 5, 15],
      historyLengthSeconds: 34128000,
      other: ['DataCustodian_Admin_Access'],
    })
  })

  it('joins the blocks of two ESPI scopes (Con Edison grants customer data as a scope of its own)', () => {
    const scope = parseScopeString('FB=1_3_4_5;BR=000092 FB=51_53_56_57_58_60;BR=000092')
    expect(scope.blocks).toEqual([1, 3, 4, 5, 51, 53, 56, 57, 58, 60])
    expect(scope.bulkId).toBe('000092')
  })

  it('reads the end of the authorization, milliseconds too, and 0 outlasts any date', () => {
    expect(parseScopeString('FB=4;PreferredAuthEndDate=1893456000').preferredAuthEndDate).toBe(1893456000)
    expect(parseScopeString('FB=4;PreferredAuthEndDate=1893456000000').preferredAuthEndDate).toBe(1893456000)
    expect(
      parseScopeString('FB=4;PreferredAuthEndDate=0 FB=16;PreferredAuthEndDate=1893456000')
        .preferredAuthEndDate,
    ).toBe(0)
  })

  it('reads AdditionalScope as a list', () => {
    expect(parseScopeString('FB=4_16_51;AdditionalScope=meters-all_noedit').additionalScope).toEqual([
      'meters-all',
      'noedit',
    ])
  })

  it.each(['', 'openid profile', 'FB=', 'FB=4.5.15', 'FB_4_5_15', ';;;', '=', 'toString=1'])(
    'never fails: "%s" has no blocks',
    (text) => {
      expect(parseScopeString(text).blocks).toEqual([])
    },
  )
})

describe('writeScopeString', () => {
  it('sorts the blocks and writes only the given parameters', () => {
    expect(writeScopeString({ blocks: [46, 4, 16, 4] })).toBe('FB=4_16_46')
  })

  it('writes parameters in the order of the ESPI examples, 0 too', () => {
    const text = writeScopeString({
      blocks: [4, 5],
      additionalScope: ['meters-all', 'noedit'],
      historyLengthSeconds: 0,
      preferredAuthEndDate: 0,
      intervalDuration: '900_3600',
      blockDuration: 'monthly',
      subscriptionFrequency: 'Daily',
    })
    expect(text).toBe(
      'FB=4_5;IntervalDuration=900_3600;BlockDuration=monthly;HistoryLength=0;SubscriptionFrequency=Daily;PreferredAuthEndDate=0;AdditionalScope=meters-all_noedit',
    )
  })

  it('leaves out an empty AdditionalScope', () => {
    expect(writeScopeString({ blocks: [4], additionalScope: [] })).toBe('FB=4')
  })
})
