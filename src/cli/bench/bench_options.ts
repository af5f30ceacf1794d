import type { Command } from 'commander';
import { collect } from '../option_groups.js';
import { addClusterOptions } from './slurm/cluster_options.js';

/** Flags of `bench` and its help, in groups. */
export function addBenchOptions(command: Command): void {
  command
    .usage('[options] [suite.yaml]\n       approxtorch bench attach [options] <dir>')
    .description(
      'Evaluates all combinations of models, multipliers, quantizations and datasets that a ' +
        'suite file names, checks gates, compares with stored results and reports.',
    )
    .argument(
      '[suite.yaml]',
      'YAML or JSON; docs/bench.md describes it, configs/schema.json lets editors complete it',
    );
  command
    .optionsGroup('Instead of a suite file:')
    .option('--model <file>', 'ONNX network; may be repeated', collect)
    .option('--luts <glob>', 'table files, e.g. "luts/*.txt", or exact; may be repeated', collect)
    .option('--data <spec>', 'dataset: folder, file or synthetic-digits (default: what the model names)')
    .option('--preprocess <name>', 'preset or file')
    .option('--limit <n>', 'only the first n samples')
    .option('--batch <n>', 'samples at a time, or auto (default): as many as suit the device')
    .option('--qmethod <m,a,w>', 'as in eval; may be repeated', collect)
    .option('--min-top1 <percent>', 'gate: least top-1 accuracy')
    .option('--max-drop <points>', 'gate: largest drop of top-1 against exact integers');
  command
    .optionsGroup('Results:')
    .option('--baseline <file>', 'compare with stored results (json)')
    .option('--update-baseline', 'write the results to the file of --baseline, whatever it held')
    .option(
      '--report <kind=file>',
      'also write text, json, csv, junit, markdown, html or smaller-is-better to a file; github: annotations and job summary; may be repeated',
      collect,
    )
    .option('--format <format>', 'of what is printed: text or json (default: text)')
    .option('-o, --output <file>', 'write that to a file instead of stdout');
  command
    .optionsGroup('Work:')
    .option('--sensitivity', 'evaluate each layer alone approximate, too')
    .option('--cache <dir>', 'keep results by content, so that nothing is computed twice, also after a crash')
    .option('--shard <i/n>', 'only part i of n; merge puts the parts together')
    .option('--jobs <n>', 'so many processes, with the threads divided between them')
    .option('--threads <n>', 'threads (default: all; environment: APPROXTORCH_THREADS)')
    .option('--device <device>', 'auto, cpu or cuda[:n] (default: auto; environment: APPROXTORCH_DEVICE)')
    .option('--devices <list>', 'CUDA devices that share the entries, a process for each: all, or e.g. 0,2')
    .option('--kernel <name>', 'use one family of LUT-GEMM kernels of CUDA for all layers')
    .option('--no-color', 'plain text')
    .option('-q, --quiet', 'errors only on stderr');
  addClusterOptions(command);
  command.addHelpText('after', notes);
}

const notes = `
Exit codes: 0 done, 1 a gate failed or an entry did, 2 the suite is wrong, 3 no such
device or no Slurm, 130 interrupted.

Examples:
  approxtorch bench suite.yaml
  approxtorch bench --model lenet.onnx --luts "luts/*.txt" --data mnist/ --max-drop 0.5
  approxtorch bench suite.yaml --baseline base.json --report markdown=comment.md --report github
  approxtorch bench suite.yaml --shard 2/4 --format json -o part2.json
  approxtorch bench suite.yaml --devices all
  approxtorch bench suite.yaml --executor slurm --slurm-partition cpu --slurm-cpus 8`;
