/** Writes the profile as YAML, as JSON's values are YAML's, too. What could not be told is a comment. */
export function asProfile(model, { fields, untold }) {
  const lines = Object.entries(fields).map(
    ([name, value]) => `    ${name}: ${JSON.stringify(value)}\n`,
  );
  const notes = untold.map(
    (name) => `    # ${name}: not told (a limit, or an outage); ask again\n`,
  );
  return `models:\n  ${JSON.stringify(model)}:\n${lines.join('')}${notes.join('')}`;
}
