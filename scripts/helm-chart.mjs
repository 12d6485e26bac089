// Makes deploy/helm/responses-proxy from the kustomize base and its components, which are the one source of all manifests.
// `node scripts/helm-chart.mjs` writes it there, or to the folder that is its argument.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { dirname, join } from 'node:path';
import { chartFiles } from './helm-chart/chart-files.mjs';

const root = join(import.meta.dirname, '..');
const target = process.argv[2] ?? join(root, 'deploy/helm/responses-proxy');

await rm(target, { recursive: true, force: true });
for (const [name, text] of await chartFiles(root)) {
  await mkdir(dirname(join(target, name)), { recursive: true });
  await writeFile(join(target, name), text);
}
process.stdout.write(`${target}\n`);
