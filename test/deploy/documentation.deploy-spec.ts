import { expect, test } from '@jest/globals';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { inFolder } from './support/folder.js';
import { describeWithTool, root, run, type RunResult } from './support/tools.js';

const guide = await readFile(join(root, 'docs/deployment.md'), 'utf8');

/** Gives the guide's code blocks of one language. */
function blocks(language: string): string[] {
  const found = guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
  return [...found].map((match) => match[1]!);
}

const composeFile = await readFile(join(root, 'docker-compose.yaml'), 'utf8');
const compose = parse(composeFile, { merge: true }) as { services: Record<string, unknown> };

test('its docker compose commands name services that exist', () => {
  const commands = blocks('bash')
    .join('\n')
    .matchAll(/^docker compose (?:logs|exec|restart|build|pull|up)\b(.*)$/gm);
  const words = [...commands].map((match) =>
    match[1]!
      .split('|')[0]!
      .trim()
      .split(/\s+/)
      .find((word) => word !== '' && !word.startsWith('-')),
  );
  const services = new Set(words.filter((word) => word !== undefined));
  expect([...services].sort()).toEqual(['caddy', 'openai-responses-proxy', 'postgres']);
  expect(Object.keys(compose.services)).toEqual(expect.arrayContaining([...services]));
});

test('each of its sections for trouble names the doctor', () => {
  const chapter = /^## Troubleshooting\n(.*?)^## /ms.exec(guide)?.[1] ?? '';
  const sections = chapter.split(/^### /m).slice(1);
  sections.push(/^### Troubleshooting on Kubernetes\n(.*?)^## /ms.exec(guide)?.[1] ?? '');
  expect(sections.length).toBeGreaterThan(5);
  expect(sections.filter((section) => !/doctor/i.test(section))).toEqual([]);
});

test('the files that it names exist', async () => {
  const names = guide.matchAll(/\b(?:docker|deploy|scripts)\/[\w./-]*\w|docker-compose\.yaml/g);
  const unique = new Set([...names].map((match) => match[0]));
  const ofYours = [
    'deploy/kubernetes/overlays/production/secrets.env',
    'docker/backends/backends.yaml',
    'docker/callers/callers.yaml',
  ];
  for (const name of unique) {
    if (!ofYours.includes(name)) await access(join(root, name));
  }
  expect(unique.size).toBeGreaterThan(5);
});

describeWithTool('docker-compose', 'Its YAML for Compose', (dockerCompose) => {
  const overrides = blocks('yaml').filter((block) => block.startsWith('services:'));

  test.each(overrides)('merges with docker-compose.yaml:\n%s', async (override) => {
    const files = {
      'docker-compose.yaml': composeFile,
      'docker-compose.override.yaml': override,
    };
    const result = await inFolder(files, (folder) =>
      run(dockerCompose, ['config', '--quiet'], { cwd: folder }),
    );
    expect(result.output).toBe('');
  });

  test('covers certificates, limits, secrets and networks', () => {
    expect(overrides).toHaveLength(4);
  });
});

describeWithTool('caddy', 'Its Caddyfiles', (caddy) => {
  function adapt(text: string): Promise<RunResult> {
    return inFolder({ Caddyfile: text }, (folder) =>
      run(caddy, ['adapt', '--adapter', 'caddyfile', '--config', 'Caddyfile'], {
        cwd: folder,
        env: { HOME: folder, CADDY_PROTOCOL: 'https://' },
      }),
    );
  }

  test.each(blocks('caddyfile'))('adapt:\n%s', async (block) => {
    const { output } = await adapt(block);
    expect(output).toContain('"dial":"openai-responses-proxy:8282"');
  });

  test('still need a word about max_conns, which Caddy refuses', async () => {
    const { output } = await adapt('{\n\tmax_conns 10000\n}\n:8080 {\n\trespond ok\n}\n');
    expect(output).toContain('unrecognized global option: max_conns');
  });
});
