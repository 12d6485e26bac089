import { cpus, loadavg } from 'node:os';
import process from 'node:process';
import { scenarios, wholeFloor } from './measures/cpu-per-request.mjs';
import { lineChart, page } from './chart.mjs';
import { carriedWithinMs } from './measures/growth.mjs';
import { restSeconds, rushedStreams } from './measures/memory-after.mjs';
import { busyStreams, rushStreams } from './measures/rush.mjs';
import { tokensPerSecond, trickles } from './measures/trickle.mjs';
import { median } from './support/statistics.mjs';
import { allocatorName } from './support/targets.mjs';

/** The CPU scenarios have these goals: ours over the floor translator. */
const cpuGoals = { burst: 0.7, 'short SSE': 2, 'short JSON': 2 };
const trickleGoal = 0.9;

/** Collects the measures and prints them as tables. */
export class Report {
  goals = [];
  cpuRows = [];
  cpuNames = [];
  timeRows = [];
  trickleRows = [];
  rushRows = [];
  /** Says how busy the machine was with other work when the measures began. */
  machine = `Node ${process.version}, ${cpus().length} × ${cpus()[0].model}, load average ${loadavg()[0].toFixed(1)} before the run (of a machine with nothing else to do, below 0.5), the service's memory from ${allocatorName}`;

  cpu(results) {
    for (const { name, unit } of scenarios) {
      const rounds = results.get(name);
      if (rounds === undefined) continue;
      this.cpuNames = [...new Set([...this.cpuNames, ...rounds.keys()])];
      this.cpuRows.push({ label: `${name}, per ${unit}`, rounds });
      const ratios = ratioOf(rounds.get('ours'), rounds.get('floor translator'));
      const goal = cpuGoals[name];
      this.ratio(`CPU per ${unit}, ${name}: ours / floor translator`, ratios, goal);
      const whole = rounds.get(wholeFloor);
      if (whole === undefined) continue;
      this.ratio(`the same: ours / ${wholeFloor}`, ratioOf(rounds.get('ours'), whole));
    }
  }

  trickle(results) {
    for (const { name } of trickles) {
      const byTarget = results.get(name);
      if (byTarget === undefined) continue;
      const ours = byTarget.get('ours');
      const ratios = ratioOf(ours.cpu, byTarget.get('floor translator').cpu);
      this.ratio(`CPU per chunk, ${name}: ours / floor translator`, ratios, trickleGoal);
      for (const [target, { cpu, p99 }] of byTarget) {
        const added = differenceOf(p99, byTarget.get('direct').p99);
        this.trickleRows.push({ label: name, target, cpu: median(cpu), added: median(added) });
      }
    }
  }

  growth(points) {
    this.growthPoints = points;
    const { streams, added } = points.get('ours').at(-1);
    const label = `p99 of the delay over direct, ${streams} streams of 2 chunks/s`;
    const value = `${added.toFixed(1)} ms`;
    if (streams === 5000) this.add(label, value, '20 ms', added <= 20);
    else this.add(label, value);
  }

  capacity(carried) {
    const floor = carried.get('floor translator').streams;
    for (const [name, { streams, cpu, added }] of carried) {
      const label = `Streams of ${tokensPerSecond} tokens/s in one process within ${carriedWithinMs} ms: ${name}`;
      const value = `${streams} (${cpu.toFixed(1)} µs a chunk, ${added.toFixed(1)} ms)`;
      if (name === 'ours') this.add(label, value, `>= ${floor}`, streams >= floor);
      else this.add(label, value);
    }
  }

  firstEvent(results) {
    const { median: middle, p99 } = results.get('ours');
    this.add(
      'Time to first event over direct, median',
      `${middle.toFixed(2)} ms`,
      '1 ms',
      middle <= 1,
    );
    this.add('Time to first event over direct, p99', `${p99.toFixed(2)} ms`, '3 ms', p99 <= 3);
    for (const [name, times] of results) this.timeRows.push({ name, ...times });
  }

  rush(results) {
    const ratios = ratioOf(results.get('ours'), results.get('floor translator'));
    this.ratio(`First event, p99 of ${rushStreams} streams at once: ours / floor`, ratios, 2);
    for (const [name, times] of results) this.rushRows.push([name, median(times).toFixed(0), '']);
  }

  busyFirstEvent(results) {
    const added = median(differenceOf(results.get('ours'), results.get('direct')));
    const label = `First event, p99 over direct beside ${busyStreams} streams of ${tokensPerSecond} tokens/s`;
    this.add(label, `${added.toFixed(1)} ms`, '3 ms', added <= 3);
    for (const [name, times] of results) {
      const row = this.rushRows.find(([known]) => known === name);
      if (row !== undefined) row[2] = median(times).toFixed(1);
    }
  }

  memoryAfter({ before, behind, rested }) {
    const label = `Resident memory ${restSeconds} s after ${rushedStreams} streams at once`;
    const value = `${rested.toFixed(0)} MB (${before.toFixed(0)} before, ${behind.toFixed(0)} behind them)`;
    this.add(label, value, '180 MB', rested <= 180);
  }

  largeBody({ results, bytes }) {
    const ratios = results.map(({ body, json }) => body / json);
    const label = `CPU of a ${Math.round(bytes / 1000)} KB body before the call / JSON.parse + JSON.stringify`;
    this.ratio(label, ratios, 3);
  }

  routing(results) {
    const ratios = results.map(({ routing, whole }) => routing / whole);
    const share = 100 * median(ratios);
    const [low, high] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => 100 * ratio);
    this.add(
      'CPU of choosing among three backends by weight / of a short JSON request',
      `${share.toFixed(1)} % (${low.toFixed(1)} to ${high.toFixed(1)})`,
      '3 %',
      share <= 3,
    );
  }

  chunkCost(results) {
    const ratios = results.map(({ long, short }) => long / short);
    this.ratio('Cost per chunk, stream of 10,000 / stream of 100', ratios, 1.05);
  }

  hooks(results) {
    const ratios = (kind) => results.map((costs) => costs[kind] / costs.none);
    this.ratio('Cost per chunk, a hook without onEvents / no plugin', ratios('absent'), 1.05);
    this.ratio('Cost per chunk, a hook with onEvents / no plugin', ratios('present'));
  }

  bursts(results) {
    const ratios = (name) => results.map((costs) => costs[name] / costs.chat);
    this.ratio('Cost per chunk, a backend that speaks Responses / chat', ratios('responses'));
    this.ratio("Cost per chunk, searched for the operator's key / not", ratios('searched'));
  }

  callers(results) {
    const ratios = results.map(({ on, off }) => on / off);
    this.ratio('Small streamed request of a caller with limits / of a shared key', ratios, 1.1);
  }

  inspector(results) {
    const ratios = (name) => results.map((costs) => costs[name] / costs.off);
    this.ratio('Small streamed request, the inspector on / off', ratios('on'), 1.1);
    const builds = Object.keys(results[0]).filter((name) => name !== 'on' && name !== 'off');
    for (const name of builds) this.ratio(`The same, ${name} / the inspector off`, ratios(name));
  }

  memory({ perStream, residentPerStream, trend, samples }, also = '') {
    const label = `Memory per open stream, of 2,000 (without garbage)${also}`;
    this.add(label, `${perStream.toFixed(1)} KB`, '40 KB', perStream <= 40);
    this.add(`Resident memory per open stream${also}`, `${residentPerStream.toFixed(1)} KB`);
    if (samples < 5) return;
    const perMinute = `${(trend.value * 60).toFixed(0)} ± ${(trend.error * 2 * 60).toFixed(0)} KB`;
    const flat = trend.value <= 2 * trend.error;
    this.add(`Heap trend per minute over ${samples} s of soak`, perMinute, 'within noise', flat);
  }

  workers(ratios) {
    const value = median(ratios);
    this.add('Throughput of 2 workers / 1', spread(ratios), '>= 1.7', value >= 1.7);
  }

  brokeOff(name, error) {
    this.add(`${name}: broke off`, error.message.slice(0, 120), '', false);
  }

  ratio(label, ratios, goal) {
    this.add(label, spread(ratios), goal?.toFixed(2), goal && median(ratios) <= goal);
  }

  add(label, value, goal, met) {
    this.goals.push([label, value, goal ?? '', goal === undefined ? '' : met ? 'yes' : 'no']);
  }

  toMarkdown() {
    return [
      `# Benchmark\n`,
      `${this.machine}. Written by \`npm run bench\`; docs/performance.md explains it.`,
      `Ratios are medians of the rounds, with the lowest and the highest round in brackets.\n`,
      ...table(['Measure', 'Result', 'Goal', 'Met'], this.goals),
      ...this.cpuTable(),
      ...this.trickleTable(),
      ...this.growthTable(),
      ...this.timeTable(),
      ...this.rushTable(),
    ].join('\n');
  }

  cpuTable() {
    if (this.cpuRows.length === 0) return [];
    const rows = this.cpuRows.map(({ label, rounds }) => [
      label,
      ...this.cpuNames.map((name) => cpuCell(rounds.get(name))),
    ]);
    return [
      'CPU time of the process tree, in microseconds:\n',
      ...table(['', ...this.cpuNames], rows),
    ];
  }

  /** A core has a million microseconds a second; the p99 holds for the load of the measure, not for a full core. */
  trickleTable() {
    if (this.trickleRows.length === 0) return [];
    const rows = this.trickleRows.map(({ label, target, cpu, added }) => [
      label,
      target,
      cpu === 0 ? '' : cpu.toFixed(1),
      cpu === 0 ? '' : String(Math.round(1_000_000 / cpu / tokensPerSecond)),
      added.toFixed(1),
    ]);
    const core = `streams per core at ${tokensPerSecond} tokens/s`;
    return [
      'One chunk per read:\n',
      ...table(['', '', 'CPU per chunk, µs', core, 'p99 of the delay over direct, ms'], rows),
    ];
  }

  growthTable() {
    if (this.growthPoints === undefined) return [];
    const rows = [...this.growthPoints].flatMap(([name, points]) =>
      points.map(({ streams, cpu, added, resident }) => [
        name,
        String(streams),
        cpu.toFixed(1),
        added.toFixed(1),
        String(Math.round(resident / 1024)),
      ]),
    );
    const head = ['', 'open streams', 'CPU per chunk, µs', 'p99 of the delay over direct, ms'];
    return [
      'Streams of 2 chunks a second, without their beginning (growth.svg):\n',
      ...table([...head, 'resident behind it, MB'], rows),
    ];
  }

  toChart() {
    return page(this.machine, [
      lineChart('CPU per chunk, µs', this.growthPoints, ({ cpu }) => cpu),
      lineChart('p99 of the delay over direct, ms', this.growthPoints, ({ added }) => added),
    ]);
  }

  rushTable() {
    if (this.rushRows.length === 0) return [];
    const head = [`${rushStreams} streams at once`, `beside ${busyStreams} streams`];
    return ['p99 of the first event, in milliseconds:\n', ...table(['', ...head], this.rushRows)];
  }

  timeTable() {
    if (this.timeRows.length === 0) return [];
    const rows = this.timeRows.map(({ name, median: middle, p99 }) => [
      name,
      middle.toFixed(2),
      p99.toFixed(2),
    ]);
    return [
      'Time to first event, over direct, in milliseconds:\n',
      ...table(['', 'median', 'p99'], rows),
    ];
  }
}

function ratioOf(ours, theirs) {
  return ours.map((value, round) => value / theirs[round]);
}

function differenceOf(ours, theirs) {
  return ours.map((value, round) => value - theirs[round]);
}

function spread(ratios) {
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  return `${median(ratios).toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

/** A peer without a pid has no CPU time. */
function cpuCell(rounds) {
  if (rounds === undefined || rounds.every((value) => value === 0)) return '';
  return String(Math.round(median(rounds)));
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}
