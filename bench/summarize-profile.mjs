import { readFileSync } from 'node:fs';
import process from 'node:process';

/** Shows where the time goes, by package or file, and by function: `node bench/summarize-profile.mjs <file.cpuprofile> [rows]`. */
const [path, rows = '40'] = process.argv.slice(2);
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(path, 'utf8'));
const byId = new Map(nodes.map((node) => [node.id, node]));
const byFunction = new Map();
const byFile = new Map();
let busy = 0;

for (const [index, id] of samples.entries()) {
  const { functionName, url, lineNumber } = byId.get(id).callFrame;
  if (functionName === '(idle)' || functionName === '(program)') continue;
  const time = timeDeltas[index];
  busy += time;
  add(byFunction, `${functionName || '(anonymous)'} ${shorten(url)}:${lineNumber + 1}`, time);
  add(byFile, url === '' ? functionName : groupOf(url), time);
}

function add(map, key, time) {
  map.set(key, (map.get(key) ?? 0) + time);
}

function shorten(url) {
  return url.replace(/^.*\/(node_modules|dist)\//, '');
}

function groupOf(url) {
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url);
  return inPackage?.[1] ?? shorten(url);
}

function print(title, map) {
  const top = [...map].sort((a, b) => b[1] - a[1]).slice(0, Number(rows));
  const lines = top.map(
    ([key, time]) => `${((time / busy) * 100).toFixed(1).padStart(6)} %  ${key}`,
  );
  process.stdout.write(`${title}\n${lines.join('\n')}\n\n`);
}

print('By package or file', byFile);
print('By function', byFunction);
