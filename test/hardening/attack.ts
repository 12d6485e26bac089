import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryGroup } from '../support/memory-group.js';
import { ServiceProcess } from '../support/start-process.js';

/** deploy/kubernetes has this limit. */
export const containerMebibytes = 1024;

/** Where no such container can be made, the service gets by itself what it would choose in a smaller one. */
const smallHeap = {
  flags: ['--max-old-space-size=384'],
  environment: { MAX_MEMORY_MB: '256', STORE_MAX_BYTES: '134217728' },
};

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

/** Runs backend, service, attacker and observer, each in a process of its own, the service as in a container of 1 GiB. */
export class Attack {
  private readonly children: ChildProcess[] = [];
  private backendPort = 0;
  private group: MemoryGroup | undefined;
  service!: ServiceProcess;

  static async start(environment: Record<string, string> = {}): Promise<Attack> {
    const attack = new Attack();
    const [{ port }] = (await once(attack.fork('large-backend'), 'message')) as [{ port: number }];
    attack.backendPort = port;
    attack.group = MemoryGroup.create(containerMebibytes);
    const { flags, environment: small } =
      attack.group === undefined ? smallHeap : { flags: [], environment: {} };
    attack.service = ServiceProcess.start(
      {
        BACKEND_URL: `http://127.0.0.1:${port}/v1/chat/completions`,
        STORE_URL: 'none:',
        ...small,
        ...environment,
      },
      undefined,
      flags,
      attack.group,
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
    const { id } = await this.asAttacker('', {
      ...{ model: 'm', input: 'Hi', max_output_tokens: thousands, previous_response_id },
    });
    return id;
  }

  /** Has one made in the background, and gives its id when it is whole. */
  async runInBackground(thousands: number): Promise<string> {
    const body = { model: 'm', input: 'Hi', max_output_tokens: thousands, background: true };
    const { id } = await this.asAttacker('', body);
    while ((await this.asAttacker(`/${id}`)).status !== 'completed') await sleep(50);
    return id;
  }

  private async asAttacker(path: string, body?: object): Promise<{ id: string; status: string }> {
    const reply = await fetch(`${this.service.url}/v1/responses${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer key-of-the-attacker' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await reply.json()) as { id: string; status: string };
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

  /**
   * Gives the most memory that the service has had by itself, in MiB, on Linux only. In a container it may be more with what
   * the kernel keeps for it, which it gives up before it kills.
   */
  get peakMebibytes(): number {
    if ((this.group?.kills ?? 0) > 0) return Infinity;
    const status = readFileSync(`/proc/${this.service.pid}/status`, 'utf8');
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
  }

  async end(): Promise<void> {
    for (const child of this.children) child.kill();
    await this.service.kill();
    this.group?.remove();
  }

  private fork(name: string, plan?: object): ChildProcess {
    const child = fork(resolve(`test/hardening/${name}.mjs`));
    if (plan !== undefined) child.send(plan);
    this.children.push(child);
    return child;
  }
}
