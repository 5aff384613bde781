/** Bytes as people read them: `3655 bytes`, `1.7 MB`. */
export function sizeText(bytes: number): string {
  return bytes < 1e5 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`
}
