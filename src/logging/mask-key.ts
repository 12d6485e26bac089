/** Shows `sk-abcdef…wxyz` as `sk-abc...wxyz`: enough to tell keys apart, too little to use one. A short key shows nothing. */
export function maskKey(key: string): string {
  return key.length > 12 ? `${key.slice(0, 6)}...${key.slice(-4)}` : '***';
}
