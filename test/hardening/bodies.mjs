/** Bodies at the limits, as texts: each is made where it is sent, since a message between processes would be slow. */

const names = (count) => Array.from({ length: count }, (_, at) => `"name${at}":1`).join();
const text = (unit, bytes) => unit.repeat(Math.floor(bytes / unit.length));
const start = '{"model":"m","store":false,"max_output_tokens":16,"input":"Hi"';

export const bodies = {
  'of 59,000 names': () => `${start},"x":{${names(59_000)}}}`,
  'of 9 MB':
    () => `{"model":"m","store":false,"max_output_tokens":16,"input":"${text('x', 4_900_000)}",
    "tools":[{"type":"function","name":"f","description":"${text('y', 4_000_000)}"}]}`,
  'of escaped quotes': () => `${start},"x":"${text('\\\\\\"', 9_000_000)}"}`,
  'of spaces': () => `${start}${text(' ', 9_000_000)}}`,
  'with a mistake at the end': () => `${start},"x":"${text('\\n', 9_000_000)}"]`,
  'of half a million names': () => `${start},"x":{${names(500_000)}}}`,
  'with a model that looks like a secret': () =>
    `{"model":"${text('\\\\', 80_000)}authorization","input":"Hi","store":false}`,
  'with a tool of a long name': () =>
    `${start},"tools":[{"type":"function","name":"${text('\\n', 4_000_000)}"}]}`,
  'of 1,000 tools': () =>
    `${start},"tools":[${Array.from({ length: 1_000 }, (_, at) => `{"type":"function","name":"f${at}","parameters":{"type":"object","properties":{${Array.from({ length: 14 }, (__, of) => `"p${at}x${of}":{"type":"string"}`).join()}}}}`).join()}]}`,
  'of a message in a lane': () =>
    `{"type":"response.create","stream_id":"a","model":"m","store":false,"generate":false,"input":"Hi","x":{${names(59_000)}}}`,
  'of a message of half a million names': () =>
    `{"type":"response.create","stream_id":"a","model":"m","input":"Hi","x":{${names(500_000)}}}`,
};
