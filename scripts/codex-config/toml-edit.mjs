/**
 * Makes the few edits of a config.toml that are needed, line by line, so that comments and everything else stay as they are. What
 * has to make way is commented out, never removed.
 */

const HEADER = /^\s*\[/;
const DELIMITER = /"""|'''/g;

/** Tells whether each line begins outside of a multi-line string. */
function plainLines(lines) {
  let open;
  return lines.map((line) => {
    const plain = open === undefined;
    for (const [delimiter] of line.matchAll(DELIMITER)) {
      if (open === undefined) open = delimiter;
      else if (open === delimiter) open = undefined;
    }
    return plain;
  });
}

/**
 * Finds where the top level ends.
 * @returns {number} index of the first table header, or the number of lines.
 */
function endOfTopLevel(lines, plain) {
  const index = lines.findIndex((line, at) => plain[at] && HEADER.test(line));
  return index === -1 ? lines.length : index;
}

/** Tells whether the provider table has a form that cannot be edited line by line. */
export function hasForeignProviders(text, provider) {
  const inline = /^\s*model_providers\s*(=|\.)/m.test(text);
  const nested = /^\s*\[\s*model_providers\s*\]/m.test(text);
  const quoted = new RegExp(`^\\s*\\[\\s*model_providers\\s*\\.\\s*["']${provider}`, 'm').test(
    text,
  );
  return inline || nested || quoted;
}

/**
 * @param {string} text the file as it is
 * @param {{provider: string, settings: Record<string, string>, block: string}} wanted `settings` are top-level keys with
 *   their TOML values; `block` is the provider's table.
 */
export function editConfig(text, { provider, settings, block }) {
  const newLines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
  if (text.trim() === '') return `${newLines.join('\n')}\n\n${block}\n`;
  const lines = text.split('\n');
  const plain = plainLines(lines);
  const topLevel = endOfTopLevel(lines, plain);
  const kept = new Set();
  let inProvider = false;
  const edited = lines.map((line, index) => {
    if (plain[index] && HEADER.test(line)) inProvider = isProviderHeader(line, provider);
    if (inProvider) return line.trim() === '' || line.startsWith('#') ? line : `# ${line}`;
    const key = index < topLevel && plain[index] ? /^\s*([\w-]+)\s*=/.exec(line)?.[1] : undefined;
    if (key === undefined || !(key in settings)) return line;
    if (line.trim() === `${key} = ${settings[key]}`) {
      kept.add(key);
      return line;
    }
    return `# ${line}`;
  });
  const added = newLines.filter((line) => !kept.has(line.split(' ')[0]));
  const head = added.length === 0 ? '' : `${added.join('\n')}\n`;
  return `${head}${edited.join('\n').trimEnd()}\n\n${block}\n`;
}

function isProviderHeader(line, provider) {
  const name = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1] ?? '';
  return name === `model_providers.${provider}` || name.startsWith(`model_providers.${provider}.`);
}

/** Tells whether the file says all of it already. */
export function isConfigured(text, { settings, block }) {
  const lines = new Set(text.split('\n').map((line) => line.trim()));
  const hasSettings = Object.entries(settings).every(([key, value]) =>
    lines.has(`${key} = ${value}`),
  );
  return hasSettings && text.includes(block);
}
