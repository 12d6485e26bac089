import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceProcess } from '../support/start-process.js';

/** A container may be so small: 40 % of it is what the default of MAX_MEMORY_MB takes of the machine's. */
const heapMebibytes = 384;

export interface Plan {
  /** Stands below the service's URL. */
  path: string;
  connections: number;
  /** So many requests or messages go over each connection, one behind the other. */
  requests: number;
  /** How each is sent; whole where it is not said. */
  form?:
    | 'nothing but a path'
    | 'compressed'
    | 'one byte at a time'
    | 'message'
    | 'unfinished message'
    | 'message in pieces';
  /** Tells whether it takes what it is sent. */
  reads?: boolean;
  /** The body, or its name in `bodies.mjs`. */
  body?: object;
  text?: string;
}

export interface Observed {
  /** Counts the rounds in which both health and a small answer came. */
  answers: number;
  others: string[];
  /** What the service worked while each answer was waited for, in milliseconds. */
  healthMs: number[];
  answerMs: number[];
}

/** Runs backend, service, attacker and observer, each in a process of its own; the service has a small heap. */
export class Attack {
  private readonly children: ChildProcess[] = [];
  private backendPort = 0;
  service!: ServiceProcess;

  static async start(environment: Record<string, string> = {}): Promise<Attack> {
    const attack = new Attack();
    const [{ port }] = (await once(attack.fork('large-backend'), 'message')) as [{ port: number }];
    attack.backendPort = port;
    attack.service = ServiceProcess.start(
      {
        BACKEND_URL: `http://127.0.0.1:${port}/v1/chat/completions`,
        STORE_URL: 'none:',
        MAX_MEMORY_MB: '256',
        ...environment,
      },
      undefined,
      [`--max-old-space-size=${heapMebibytes}`],
    );
    await attack.service.listening();
    return attack;
  }

  /** Begins, and runs for so long. It gives what an honest client saw meanwhile; without a plan nobody attacks. */
  async run(plan: Plan | undefined, milliseconds: number): Promise<Observed> {
    const { url, pid } = this.service;
    const observer = this.fork('observer', { url, pid, key: 'key-of-the-observer' });
    await once(observer, 'message');
    const attacker = plan === undefined ? undefined : await this.begin(plan);
    await sleep(milliseconds);
    observer.send('stop');
    const [seen] = (await once(observer, 'message')) as [Observed];
    attacker?.kill();
    observer.kill();
    return seen;
  }

  /** Has a response of so many thousand characters stored for the attacker, behind another one, and gives its id. */
  async store(thousands: number, previous_response_id?: string): Promise<string> {
    const reply = await fetch(`${this.service.url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer key-of-the-attacker' },
      body: JSON.stringify({
        ...{ model: 'm', input: 'Hi', max_output_tokens: thousands, previous_response_id },
      }),
    });
    return ((await reply.json()) as { id: string }).id;
  }

  private async begin({ path, ...plan }: Plan): Promise<ChildProcess> {
    const url = this.service.url + path;
    const attacker = this.fork('attacker', { ...plan, url, key: 'key-of-the-attacker' });
    await once(attacker, 'message');
    return attacker;
  }

  /** Counts the calls that the backend has got. */
  async backendCalls(): Promise<number> {
    const reply = await fetch(`http://127.0.0.1:${this.backendPort}/calls`);
    return Number(await reply.text());
  }

  /** Gives the most memory that the service has had, in MiB, on Linux only. */
  get peakMebibytes(): number {
    const status = readFileSync(`/proc/${this.service.pid}/status`, 'utf8');
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
  }

  async end(): Promise<void> {
    for (const child of this.children) child.kill();
    await this.service.kill();
  }

  private fork(name: string, plan?: object): ChildProcess {
    const child = fork(resolve(`test/hardening/${name}.mjs`));
    if (plan !== undefined) child.send(plan);
    this.children.push(child);
    return child;
  }
}
