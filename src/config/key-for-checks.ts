/** Gives the key of a client that the doctor calls backends with, where clients bring keys of their own. */
export function keyForChecks(): string | undefined {
  return process.env.OPENAI_API_KEY;
}
