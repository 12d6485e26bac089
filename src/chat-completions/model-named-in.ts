const NAME = /^"model"\s{0,8}:\s{0,8}"([^"\\]{1,200})"/;

/**
 * Finds the model of a chat body that is only passed on, for the breaker: the first `"model": "NAME"` of its bytes, which are not
 * parsed for it. It is empty where none is found; a nested field of that name would only share another model's circuit.
 */
export function modelNamedIn(body: Buffer): string {
  const at = body.indexOf('"model"');
  return at < 0 ? '' : (NAME.exec(body.toString('utf8', at, at + 240))?.[1] ?? '');
}
