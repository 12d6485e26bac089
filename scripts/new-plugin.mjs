/** Makes a plugin with its test: `npm run new:plugin NAME [FOLDER]`, in `plugins/` where no folder is said. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const [name = '', folder = 'plugins'] = process.argv.slice(2);
if (!/^[a-z][a-z0-9-]{0,40}$/.test(name)) {
  fail('npm run new:plugin NAME [FOLDER]\nThe name has small letters, digits and hyphens.');
}
const plugin = join(folder, `${name}.mjs`);
const test = join(folder, `${name}.test.mjs`);
for (const file of [plugin, test]) if (existsSync(file)) fail(`${file} is there already.`);

mkdirSync(folder, { recursive: true });
writeFileSync(
  plugin,
  `import { definePlugin } from 'responses-proxy';

/** Its parts: docs/extending.md of the service. */
export default definePlugin({
  name: '${name}',
  hooks: [
    {
      beforeTranslate(request) {
        return { ...request, instructions: ['Be brief.', request.instructions].filter(Boolean).join(' ') };
      },
    },
  ],
});
`,
);
writeFileSync(
  test,
  `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hookContract, TestService } from 'responses-proxy/testing';
import plugin from './${name}.mjs';

test('${name} changes the request', () =>
  TestService.with({ plugins: [plugin] }, async (service) => {
    await service.create({ input: 'Hi' });
    assert.equal(service.asked.at(-1).messages[0].content, 'Be brief.');
  }));

/** What every hook has to keep. */
for (const { name, run } of hookContract({ hooks: plugin.hooks })) test(name, run);
`,
);
process.stdout.write(`${plugin}\n${test}\n\nnode --test ${test}\nPLUGINS=${plugin} npm start\n`);

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
