// What jest wrote down, for CI. `report.mjs failed FILE` lists the test files to try again; `report.mjs total DIRECTORY` sums up.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { stripVTControlCharacters } from 'node:util';

const tell = (line) => process.stdout.write(`${line}\n`);
const read = (path) => JSON.parse(readFileSync(path, 'utf8')).testResults;
const nameOf = (suite) => relative(process.cwd(), suite.name);
const hasFailed = ({ status }) => status === 'failed';

function tellFailed(path) {
  const failed = new Set(read(path).filter(hasFailed).map(nameOf));
  // Where many fail it is no chance, and to try all again would take too long.
  if (failed.size <= 5) tell([...failed].join('\n'));
}

/** What was tried again stands in place of what it was before. */
function suitesOf(directory) {
  const files = readdirSync(directory).filter((name) => name.endsWith('.json'));
  const all = (isAgain) =>
    files
      .filter((name) => name.endsWith('-again.json') === isAgain)
      .flatMap((name) => read(join(directory, name)));
  const [first, again] = [all(false), all(true)];
  const names = new Set(again.map(nameOf));
  return { first, last: [...first.filter((suite) => !names.has(nameOf(suite))), ...again] };
}

/** Gives the head of what a failure says, without its colours. */
function said(text) {
  const lines = stripVTControlCharacters(text).split('\n');
  const told = lines.filter((line) => line.trim() !== '').slice(0, 8);
  return told.map((line) => `    ${line}`).join('\n');
}

/** A file that cannot be loaded has no tests that fail. */
function failuresOf(suite) {
  const failed = suite.assertionResults.filter(hasFailed);
  if (failed.length === 0) return [`${nameOf(suite)}\n${said(suite.message)}`];
  return failed.map(({ fullName, failureMessages }) => {
    return `${nameOf(suite)} › ${fullName}\n${said(failureMessages.join('\n'))}`;
  });
}

function tellTotal(directory) {
  const { first, last } = suitesOf(directory);
  const seconds = ({ startTime, endTime }) => (endTime - startTime) / 1000;
  // Where time is to be saved these come first.
  for (const suite of first.toSorted((one, other) => seconds(other) - seconds(one)).slice(0, 12)) {
    tell(`${seconds(suite).toFixed(1).padStart(7)} s  ${nameOf(suite)}`);
  }
  // All is said once more here, where the end of a long output may be all that is looked at.
  const failures = last.filter(hasFailed).flatMap(failuresOf);
  const unstable = first.filter(hasFailed).flatMap(failuresOf);
  for (const failure of unstable) tell(`FAILED AT FIRST: ${failure}`);
  for (const failure of failures) tell(`FAILED: ${failure}`);
  const tests = last.flatMap(({ assertionResults }) => assertionResults);
  tell(`${tests.filter(({ status }) => status === 'passed').length} ${failures.length}`);
}

const [command, path] = process.argv.slice(2);
if (command === 'failed') tellFailed(path);
else tellTotal(path);
