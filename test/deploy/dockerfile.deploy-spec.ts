import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithTool, root, run } from './support/tools.js';

const dockerfile = await readFile(join(root, 'docker/Dockerfile'), 'utf8');

/** These are the instructions with continuation lines joined and comments dropped. */
const instructions = dockerfile
  .split('\n')
  .filter((line) => !line.trim().startsWith('#'))
  .join('\n')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line.trim() !== '');

function stage(name: string): string[] {
  const start = instructions.findIndex((line) => line.endsWith(` AS ${name}`));
  const rest = instructions.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith('FROM '));
  return end < 0 ? rest : rest.slice(0, end);
}

describeWithTool('hadolint', 'docker/Dockerfile', (hadolint) => {
  test('passes hadolint', async () => {
    const result = await run(hadolint, ['docker/Dockerfile']);
    expect(result.output).toBe('');
  });
});

describe('docker/Dockerfile', () => {
  const runtime = [...stage('distroless'), ...stage('runtime')];

  test('builds on Node 24 slim', () => {
    expect(instructions[0]).toBe('FROM node:24-bookworm-slim AS build');
  });

  test('runs as a user that is not root, given by number', () => {
    expect(runtime.filter((line) => line.startsWith('USER'))).toEqual(['USER 1000:1000']);
  });

  test('runs node as process 1, so that SIGTERM drains', () => {
    expect(stage('distroless').at(-1)).toBe('CMD ["node", "--enable-source-maps", "dist/main.js"]');
    expect(runtime.some((line) => line.startsWith('ENTRYPOINT'))).toBe(false);
  });

  test('has curl, writable folders and a health check', () => {
    const text = runtime.join('\n');
    expect(stage('root').join('\n')).toMatch(/apt-get install .*ca-certificates curl libjemalloc2/);
    expect(text).not.toMatch(/RUN/);
    expect(text).toContain('VOLUME ["/app/logs", "/app/data"]');
    expect(text).toContain('EXPOSE 8282');
    expect(text).toMatch(/HEALTHCHECK .*\/health\/live/);
  });

  test('carries production packages only, nothing from the compiling stage but its output', () => {
    expect(stage('dependencies').join('\n')).toContain('npm ci --omit=dev');
    const copied = stage('distroless').filter((line) => line.startsWith('COPY'));
    expect(copied).toEqual([
      'COPY --from=root /root-of-node /',
      'COPY --from=root --chown=1000:1000 /folders ./',
      'COPY --from=dependencies /app/node_modules ./node_modules',
      'COPY --from=build /app/dist ./dist',
      'COPY package.json ./',
    ]);
  });
});

describe('.dockerignore', () => {
  test('sends the builder exactly what the Dockerfile copies', async () => {
    const lines = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n');
    expect(lines).toContain('*');
    const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = instructions
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect([...new Set(copied)].sort()).toEqual(allowed.sort());
  });
});
