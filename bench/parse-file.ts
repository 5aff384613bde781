import { readFileSync } from 'node:fs'
import { fastXmlParser } from './other-readers.ts'

const [file = ''] = process.argv.slice(2)
if (import.meta.main) fastXmlParser(readFileSync(file))
