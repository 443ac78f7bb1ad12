#!/usr/bin/env node
// Stands for podman where there is none: the commands, options and output that the agent uses, as the real command
// line has them. A "container" is a detached node process; its state is a folder below FAKE_PODMAN.
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const root = readFileSync(new URL('./fake-podman-root', import.meta.url), 'utf8').trim();
const [command, ...args] = process.argv.slice(2);
appendFileSync(join(root, 'calls'), `${process.argv.slice(2).join(' ')}\n`);

const commands = { pull, image, run, supervise, logs, wait, inspect, stop, rm, ps };
await commands[command]();

function fail(text) {
  process.stderr.write(`Error: ${text}\n`);
  process.exit(125);
}
function option(name) {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}
function all(name) {
  return args.flatMap((arg, at) => (args[at - 1] === name ? [arg] : []));
}
function folderOf(name) {
  for (const id of readdirSync(root)) {
    const folder = join(root, id);
    if (existsSync(join(folder, 'name')) && (id === name || read(folder, 'name') === name)) return folder;
  }
  return fail(`no such container ${name}`);
}
function read(folder, file) {
  return readFileSync(join(folder, file), 'utf8');
}
function exitCode(folder) {
  return existsSync(join(folder, 'exit')) ? Number(read(folder, 'exit')) : undefined;
}
async function ended(folder) {
  while (exitCode(folder) === undefined) await new Promise((resolve) => setTimeout(resolve, 30));
  return exitCode(folder);
}

function pull() {
  if (args.at(-1).includes('missing')) fail(`${args.at(-1)}: manifest unknown`);
}
function image() {
  fail('no such image');
}
function run() {
  const id = Math.random().toString(16).slice(2).padEnd(12, '0').slice(0, 12);
  const folder = join(root, id);
  mkdirSync(folder);
  const [port, containerPort] = option('-p').split(':');
  const environment = Object.fromEntries(
    readFileSync(option('--env-file'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
  );
  for (const each of all('-e')) {
    const at = each.indexOf('=');
    environment[at < 0 ? each : each.slice(0, at)] = at < 0 ? process.env[each] : each.slice(at + 1);
  }
  writeFileSync(join(folder, 'name'), option('--name'));
  writeFileSync(join(folder, 'labels'), all('--label').join('\n'));
  // Published ports are the only difference that the program could see: here it listens on the host's at once.
  writeFileSync(
    join(folder, 'environment'),
    JSON.stringify({ ...environment, PORT: port, CONTAINER_PORT: containerPort }),
  );
  spawn(process.execPath, [process.argv[1], 'supervise', folder, args.at(-1)], {
    detached: true,
    stdio: 'ignore',
  }).unref();
  process.stdout.write(`${id}\n`);
}
function supervise() {
  const [folder, program] = args;
  const out = openSync(join(folder, 'log'), 'a');
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', out, out],
    env: { PATH: process.env.PATH, ...JSON.parse(read(folder, 'environment')) },
  });
  writeFileSync(join(folder, 'pid'), String(child.pid));
  child.on('exit', (code, signal) => {
    writeFileSync(join(folder, 'exit'), String(code ?? (signal === 'SIGKILL' ? 137 : 143)));
  });
}
async function logs() {
  const folder = folderOf(args.at(-1));
  let printed =
    option('--since') && Date.parse(option('--since')) > Date.now() - 500 ? read(folder, 'log').length : 0;
  for (let isOver = false; !isOver; await new Promise((resolve) => setTimeout(resolve, 30))) {
    isOver = !existsSync(folder) || exitCode(folder) !== undefined;
    if (!existsSync(join(folder, 'log'))) continue;
    const text = read(folder, 'log').slice(printed);
    printed += text.length;
    process.stdout.write(text);
  }
}
async function wait() {
  process.stdout.write(`${await ended(folderOf(args.at(-1)))}\n`);
}
function inspect() {
  const code = exitCode(folderOf(args.at(-1)));
  const values = { Running: code === undefined, ExitCode: code ?? 0, OOMKilled: code === 77 };
  process.stdout.write(`${option('--format').replace(/{{\.State\.(\w+)}}/g, (_, name) => values[name])}\n`);
}
async function stop() {
  const folder = folderOf(args.at(-1));
  if (exitCode(folder) === undefined) process.kill(Number(read(folder, 'pid')), 'SIGTERM');
  const timer = setTimeout(
    () => process.kill(Number(read(folder, 'pid')), 'SIGKILL'),
    Number(option('-t')) * 1000,
  );
  await ended(folder);
  clearTimeout(timer);
}
function rm() {
  const folder = folderOf(args.at(-1));
  if (exitCode(folder) === undefined) spawnSync('kill', ['-9', read(folder, 'pid')]);
  rmSync(folder, { recursive: true, force: true });
}
function ps() {
  const label = option('--filter').replace('label=', '');
  for (const id of readdirSync(root)) {
    if (!existsSync(join(root, id, 'labels'))) continue;
    const labels = read(join(root, id), 'labels').split('\n');
    if (!labels.includes(label)) continue;
    const instance = labels.find((each) => each.startsWith('slipway.instance='))?.split('=')[1];
    process.stdout.write(`${id} ${instance}\n`);
  }
}
