import { setTimeout, clearTimeout } from 'node:timers';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath, URL } from 'node:url';

const startTimeoutMs = 60_000;

/** These were started and have not ended: a measure that breaks off leaves its own behind. */
const running = new Set();

/**
 * Starts a script of its own process and waits for a line on its standard output that holds a URL.
 * What it writes later is read and dropped, as a log collector would take it.
 */
export async function startServer(script, { args = [], env = {}, execArgv = [] } = {}) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = fork(path, args, {
    execArgv,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const timer = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs);
  const lines = createInterface({ input: child.stdout });
  let url;
  for await (const line of lines) {
    url = /"(?:url|listening)":"(http:\/\/[^"]+)"/.exec(line)?.[1];
    if (url !== undefined) break;
  }
  clearTimeout(timer);
  if (url === undefined) throw new Error(`${basename(path)} did not start.`);
  child.stdout.resume();
  return { url, pid: child.pid, child };
}

export async function stopServer({ child }) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exit;
  clearTimeout(timer);
}

/** Stops whatever still runs. */
export async function stopAll() {
  await Promise.all(Array.from(running, (child) => stopServer({ child })));
}

/** Sends a message to a server that runs with targets/instrument.mjs, and waits for its answer. */
export async function ask({ child }, question) {
  const answer = once(child, 'message');
  child.send(question);
  const [value] = await answer;
  return value;
}

/** Reads the CPU time that a process and its children have used, in microseconds, as the kernel counts it. */
export function cpuOfTree(pid) {
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + cpuOf(one), 0);
}

export function cpuOf(pid) {
  let nanoseconds = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(
      readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0],
    );
  }
  return nanoseconds / 1000;
}

export function childrenOf(pid) {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
  return children.map(Number).flatMap((child) => [child, ...childrenOf(child)]);
}

export function residentKilobytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]);
}
