/** Writes the profile as YAML, as JSON's values are YAML's, too. What could not be told, and what no field says, is a comment. */
export function asProfile(model, { fields, untold, remarks }) {
  const lines = Object.entries(fields).map(
    ([name, value]) => `    ${name}: ${JSON.stringify(value)}\n`,
  );
  const notes = [
    ...untold.map((name) => `${name}: not told (a limit, or an outage); ask again`),
    ...remarks,
  ].map((note) => `    # ${note}\n`);
  return `models:\n  ${JSON.stringify(model)}:\n${lines.join('')}${notes.join('')}`;
}
