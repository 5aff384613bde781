import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { entriesOf, feedOf, hourly } from '../espi/build-feed.ts'
import { folderOf, gbcds } from './gbcds.ts'

const clean = feedOf(entriesOf([{ blocks: [[{ start: 1767243600, value: 1500 }]] }]))
const refused = feedOf(
  entriesOf([{ type: { ...hourly, uom: 0 }, blocks: [[{ start: 1767243600, value: 1 }]] }]),
)

describe('gbcds translate, many files', () => {
  it('writes with --out one file per input, whole, readable for its owner only', async () => {
    const cwd = folderOf({ 'a.xml': clean, 'b.xml.gz': gzipSync(clean) })
    const { code, out, err } = await gbcds(['translate', 'a.xml', 'b.xml.gz', '--out', 'out'], { cwd })
    expect([code, out]).toEqual([0, ''])
    expect(readdirSync(path.join(cwd, 'out'))).toEqual(['a.json', 'b.json'])
    const [a, b] = ['a', 'b'].map((name) =>
      JSON.parse(readFileSync(path.join(cwd, 'out', `${name}.json`), 'utf8')),
    )
    expect(a.usage_segments[0].values).toEqual([[{ eu: 1.5 }]])
    expect(b.usage_segments[0].values).toEqual([[{ eu: 1.5 }]])
    expect(statSync(path.join(cwd, 'out/a.json')).mode & 0o777).toBe(0o600)
    expect(err).toContain(`a.xml → ${path.join('out', 'a.json')}`)
  })

  it('gives two customers other ids, though their custodian counts the usage points of each anew', async () => {
    const customer = (id: string) => clean.replaceAll('/UsagePoint/', `/RetailCustomer/${id}/UsagePoint/`)
    const cwd = folderOf({ 'a.xml': customer('7'), 'b.xml': customer('8') })
    await gbcds(['translate', 'a.xml', 'b.xml', '--out', 'apart'], { cwd })
    const idsIn = (text: string): string[] =>
      JSON.parse(text).usage_segments.map((segment: Record<string, unknown>) => segment.cds_usagesegment_id)
    const [[a], [b]] = ['a', 'b'].map((name) =>
      idsIn(readFileSync(path.join(cwd, 'apart', `${name}.json`), 'utf8')),
    ) as [string[], string[]]
    expect(a).not.toBe(b)
    // The same as when one document holds both: who stands beside it does not matter.
    const { out } = await gbcds(['translate', 'a.xml', 'b.xml'], { cwd })
    expect(idsIn(out)).toEqual([a, b])
  })

  it('takes a quoted pattern, each file once', async () => {
    const cwd = folderOf({ 'a.xml': clean, 'b.xml': clean, 'c.txt': 'no' })
    const { code } = await gbcds(['translate', 'b.xml', '*.xml', '--out', 'out', '--format', 'ndjson'], {
      cwd,
    })
    expect(code).toBe(0)
    expect(readdirSync(path.join(cwd, 'out'))).toEqual(['a.ndjson', 'b.ndjson'])
  })

  it('never replaces a file without --force, and says so before it reads anything', async () => {
    const cwd = folderOf({ 'a.xml': clean, 'a.json': 'mine', 'r.json': 'mine' })
    const kept = await gbcds(['translate', 'a.xml', '--out', '.'], { cwd })
    expect(kept).toMatchObject({ code: 2, out: '' })
    expect(kept.err).toBe(
      'gbcds translate: a.json is there already; replace it with --force, or choose another place\n',
    )
    expect((await gbcds(['translate', 'a.xml', '--report', 'r.json'], { cwd })).code).toBe(2)
    expect(readFileSync(path.join(cwd, 'a.json'), 'utf8')).toBe('mine')
    expect((await gbcds(['translate', 'a.xml', '--out', '.', '--force'], { cwd })).code).toBe(0)
    expect(JSON.parse(readFileSync(path.join(cwd, 'a.json'), 'utf8')).usage_segments).toHaveLength(1)
    expect(readdirSync(cwd).sort()).toEqual(['a.json', 'a.xml', 'r.json'])
  })

  it('refuses two inputs that would become one file', async () => {
    const cwd = folderOf({ 'a.xml': clean })
    mkdirSync(path.join(cwd, 'other'))
    writeFileSync(path.join(cwd, 'other/a.xml'), clean)
    const { code, err } = await gbcds(['translate', 'a.xml', 'other/a.xml', '--out', 'out'], { cwd })
    expect(code).toBe(2)
    expect(err).toContain('would both become')
    expect(readdirSync(cwd)).not.toContain('out')
  })

  it('says why an output cannot be written', async () => {
    const cwd = folderOf({ 'a.xml': clean, taken: '' })
    const { code, err } = await gbcds(['translate', 'a.xml', '--out', 'taken'], { cwd })
    expect(code).toBe(2)
    expect(err).toContain('the output cannot be written: a file stands where a folder is needed')
  })

  it('goes on after a broken file; nothing of it stays; the exit code is the worst', async () => {
    const cwd = folderOf({ 'a.xml': clean, 'b.xml': clean.slice(0, -20), 'c.xml': refused })
    const { code, err } = await gbcds(['translate', 'a.xml', 'b.xml', 'c.xml', '--out', 'out'], { cwd })
    expect(code).toBe(2)
    expect(readdirSync(path.join(cwd, 'out'))).toEqual(['a.json', 'c.json'])
    expect(err).toContain('b.xml: the feed is cut short')
    expect(err).toContain('Refused 1 × unknown_uom (ReadingType.uom)')
    expect((await gbcds(['translate', 'a.xml', 'c.xml'], { cwd })).code).toBe(1)
  })

  it('writes nothing with --strict when anything is refused, to a folder or to stdout', async () => {
    const cwd = folderOf({ 'a.xml': clean, 'c.xml': refused })
    const folder = await gbcds(['translate', 'a.xml', 'c.xml', '--out', 'out', '--strict'], { cwd })
    expect(folder.code).toBe(1)
    expect(folder.err).toContain('Nothing was written: --strict.')
    expect(folder.err).not.toContain('→')
    expect(readdirSync(cwd)).toEqual(['a.xml', 'c.xml'])
    const stdout = await gbcds(['translate', 'c.xml', '--strict'], { cwd })
    expect([stdout.code, stdout.out]).toEqual([1, ''])
    expect(stdout.err).toContain('Refused 1 × unknown_uom')
    const whole = await gbcds(['translate', 'a.xml', '--strict'], { cwd })
    expect([whole.code, JSON.parse(whole.out).usage_segments.length]).toEqual([0, 1])
  })

  it('takes what is only noticed for no loss: it exits 0, and writes with --strict', async () => {
    const type = { ...hourly, flowDirection: 19 }
    const noticed = feedOf(entriesOf([{ type, blocks: [[{ start: 1767243600, value: -1 }]] }]))
    const cwd = folderOf({ 'a.xml': noticed })
    const { code, out, err } = await gbcds(['translate', 'a.xml', '--strict'], { cwd })
    expect([code, err]).toEqual([0, expect.stringContaining('Noticed 1 × reverse_negative')])
    expect(JSON.parse(out)).toMatchObject({ refused: [], noticed: [{ code: 'reverse_negative' }] })
  })

  it('advises --out where files of several customers do not fit together', async () => {
    const other = clean.replace('<uom>72</uom>', '<uom>38</uom>')
    const cwd = folderOf({ 'a.xml': clean, 'b.xml': other })
    const { code, err } = await gbcds(['translate', 'a.xml', 'b.xml'], { cwd })
    expect(code).toBe(1)
    expect(err).toContain('Translate the files of several apart: --out FOLDER')
  })

  it.each([
    ['an unknown option', ['translate', 'a.xml', '--timzone', 'UTC']],
    ['no file', ['translate']],
    ['an unknown command', ['trnslate', 'a.xml']],
    ['an unknown option of inspect', ['inspect', 'a.xml', '--nope']],
  ])('exits 2 when the call itself is wrong, and points to the help: %s', async (_name, args) => {
    const cwd = folderOf({ 'a.xml': clean })
    const { code, out, err } = await gbcds(args, { cwd })
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^gbcds: /)
    expect(err).toContain('See --help.')
  })

  it.skipIf(!existsSync('/dev/full'))(
    'says in one line that the disk is full, whatever the command',
    async () => {
      const cwd = folderOf({ 'a.xml': clean, 'a.json': '{"accounts":[]}' })
      for (const command of ['translate a.xml', 'inspect a.xml', 'round-trip a.xml', 'to-espi a.json']) {
        const main = path.resolve('src/main.ts')
        const { status, stderr } = spawnSync(`"${process.execPath}" "${main}" ${command} > /dev/full`, {
          cwd,
          shell: true,
          encoding: 'utf8',
        })
        expect([command, status]).toEqual([command, 2])
        expect(stderr).toContain('the output cannot be written: no space is left on the disk')
        expect(stderr).not.toContain(' at ')
      }
    },
  )

  it.skipIf(!existsSync('/proc/self'))('gives up where no folder can be made', async () => {
    const cwd = folderOf({ 'a.xml': clean })
    const { code, err } = await gbcds(['translate', 'a.xml', '--out', '/proc/nowhere/out'], { cwd })
    expect(code).toBe(2)
    expect(err).toContain('the output cannot be written')
  })

  it('reads gzip from standard input', async () => {
    const { code, out } = await gbcds(['translate', '-', '--format', 'ndjson'], { stdin: gzipSync(clean) })
    expect(code).toBe(0)
    expect(out.split('\n').filter((line) => line.startsWith('{"list":"usage_segments"'))).toHaveLength(1)
  })
})
