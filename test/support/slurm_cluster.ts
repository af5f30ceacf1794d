import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a cluster needs; daemons lie where only root's PATH leads. */
const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'scancel', 'sinfo'];
const path = [process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter);

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Options for `describe(name, options, …)`: skips with a reason where no cluster can be started. */
export function needsSlurm(): { skip?: string } {
  const folders = path.split(delimiter);
  const missing = programs.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
  if (missing.length > 0) {
    return { skip: `needs ${missing.join(', ')} (Debian: slurm-wlm and munge)` };
  }
  return process.getuid?.() === 0 ? {} : { skip: 'Slurm daemons are started as root' };
}

/** A Slurm of one node with two processors, in a temporary folder: its daemons are children of this process. */
export class SlurmCluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'approxtorch-slurm-'));
  readonly #daemons = new Map<string, ChildProcess>();
  readonly #onExit = () => this.#kill();
  readonly #onSignal = () => process.exit(1);

  /** For the commands of Slurm. */
  get environment(): { PATH: string; SLURM_CONF: string } {
    return { PATH: path, SLURM_CONF: join(this.folder, 'slurm.conf') };
  }

  async start(): Promise<void> {
    process.on('exit', this.#onExit);
    for (const signal of signals) process.on(signal, this.#onSignal);
    // Everyone must be able to reach munge's socket.
    chmodSync(this.folder, 0o711);
    for (const name of ['state', 'spool']) mkdirSync(join(this.folder, name));
    writeFileSync(join(this.folder, 'munge.key'), randomBytes(1024), { mode: 0o400 });
    writeFileSync(
      join(this.folder, 'slurm.conf'),
      configuration(this.folder, await freePort(), await freePort()),
    );
    const munge = (name: string) => `--${name}=${join(this.folder, `munge.${name}`)}`;
    this.#spawn('munged', [
      ...['--foreground', '--num-threads=10', `--key-file=${join(this.folder, 'munge.key')}`],
      ...[munge('socket'), `--pid-file=${join(this.folder, 'munge.pid')}`],
      ...[`--log-file=${join(this.folder, 'munge.log')}`, `--seed-file=${join(this.folder, 'munge.seed')}`],
    ]);
    await this.#until('munge has a socket', () => existsSync(join(this.folder, 'munge.socket')));
    this.startController();
    this.#spawn('slurmd', ['-D', '-N', host()]);
    await this.#until('the node is idle', () => /idle/.test(this.tell('sinfo', '--noheader', '--format=%T')));
  }

  startController(): void {
    this.#spawn('slurmctld', ['-D']);
  }

  /**
   * As the kernel would, without a word. Before, waits until what it knows now is on the disk: one that comes back and
   * does not know of a task that runs would start it again and take the node out of service.
   */
  async killController(): Promise<void> {
    const state = join(this.folder, 'state', 'job_state');
    const now = Date.now();
    await this.#until('jobs are saved', () => existsSync(state) && statSync(state).mtimeMs > now);
    const daemon = this.#daemons.get('slurmctld')!;
    const gone = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill('SIGKILL');
    await gone;
  }

  /** What a command of Slurm prints; '' where it fails. */
  tell(command: string, ...args: string[]): string {
    const { stdout, status } = spawnSync(command, args, {
      env: { ...process.env, ...this.environment },
      encoding: 'utf8',
    });
    return status === 0 ? stdout : '';
  }

  /** Tasks that wait or run, e.g. `3_1 RUNNING`. */
  tasks(): string[] {
    return this.tell('squeue', '--noheader', '--array', '--format=%F_%K %T').split('\n').filter(Boolean);
  }

  /** Ends all jobs and daemons and removes the folder, whatever state they are in. */
  async stop(): Promise<void> {
    if (this.#daemons.get('slurmctld')?.exitCode === null) {
      this.tell('scancel', '--user=0');
      await this.#until('no job is left', () => this.tasks().length === 0).catch(() => undefined);
    }
    const ends = [...this.#daemons.values()]
      .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
      .map((daemon) => new Promise((resolve) => daemon.once('exit', resolve)));
    this.#kill();
    await Promise.all(ends);
    process.off('exit', this.#onExit);
    for (const signal of signals) process.off(signal, this.#onSignal);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #kill(): void {
    for (const daemon of this.#daemons.values()) daemon.kill('SIGKILL');
  }

  #spawn(program: string, args: readonly string[]): void {
    const daemon = spawn(program, args, { env: { ...process.env, ...this.environment }, stdio: 'ignore' });
    this.#daemons.set(program, daemon);
  }

  async #until(what: string, holds: () => boolean): Promise<void> {
    const end = performance.now() + 20_000;
    while (!holds()) {
      if (performance.now() > end) throw new Error(`waited in vain until ${what}: ${this.#logs()}`);
      await sleep(100);
    }
  }

  #logs(): string {
    return ['slurmctld.log', 'slurmd.log', 'munge.log']
      .map((name) => join(this.folder, name))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, 'utf8').split('\n').slice(-5).join('\n'))
      .join('\n');
  }
}

const host = () => hostname().split('.')[0]!;

function configuration(folder: string, controllerPort: number, nodePort: number): string {
  const name = host();
  return `ClusterName=test
SlurmctldHost=${name}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
SlurmctldPort=${controllerPort}
SlurmdPort=${nodePort}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=1
MessageTimeout=3
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SlurmdParameters=config_overrides
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
NodeName=${name} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=${name} Default=YES MaxTime=INFINITE State=UP
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
