import type { Element, Resource } from '../model.ts'
import { detached } from './detached.ts'
import type { Name } from './names.ts'

/** Takes the elements of one payload that is not an IntervalBlock and keeps them as a small tree. */
export class ElementReader {
  readonly resource: Resource
  private readonly stack: Element[]

  constructor(name: Name, unknownAttributes: readonly string[] | undefined) {
    const element = newElement(name, unknownAttributes)
    this.resource = { type: 'resource', name: name.local, element }
    this.stack = [element]
  }

  open(name: Name, unknownAttributes: readonly string[] | undefined): void {
    const element = newElement(name, unknownAttributes)
    this.stack.at(-1)?.children.push(element)
    this.stack.push(element)
  }

  addText(text: string): void {
    const element = this.stack.at(-1)
    if (element) element.text += text
  }

  close(): void {
    const element = this.stack.pop()
    if (!element) return
    const isIndent = element.children.length > 0 && element.text.trim() === ''
    element.text = isIndent ? '' : detached(element.text)
  }
}

function newElement({ local, vocabulary }: Name, unknownAttributes: readonly string[] | undefined): Element {
  const element = { name: local, vocabulary, text: '', children: [] }
  return unknownAttributes ? { ...element, unknownAttributes } : element
}
