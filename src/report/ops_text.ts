import type { DoctorEngines, DoctorOps } from './doctor_results.js';
import type { Style } from './style.js';
import { type Column, table } from './table.js';
import { paragraph } from './text_blocks.js';

const engine = <Row extends DoctorEngines>(header: 'cpu' | 'cuda'): Column<Row> => ({
  header,
  cell: (row) => (row[header] ? 'yes' : 'no'),
  emphasis: (row) => (row[header] ? undefined : 'caution'),
});

const operatorColumns: Column<DoctorOps['operators'][number]>[] = [
  { header: 'ONNX operator', cell: ({ operator }) => operator },
  engine('cpu'),
  engine('cuda'),
  {
    header: 'becomes',
    cell: ({ ops, approximate }) => {
      const exact = ops.length === 0 ? 'another name of its input' : ops.join(', ');
      return approximate === null ? exact : `${exact}; approximate: ${approximate.ops.join(', ')}`;
    },
  },
];

const opColumns: Column<DoctorOps['ops'][number]>[] = [
  { header: 'op of quantization and training', cell: ({ type }) => type },
  engine('cpu'),
  engine('cuda'),
];

/** Which operators and ops the engines have. */
export function opsLines({ operators, ops }: DoctorOps, style: Style, width: number): string[] {
  return [
    ...table(operatorColumns, operators, width, style),
    ...paragraph(
      'Nodes of other operators, and those that an engine has no op for, run through onnxruntime on the CPU; they cannot be trained.',
      width,
    ).map(style.quiet),
    '',
    ...table(
      opColumns,
      ops.filter(({ operators: served }) => served.length === 0),
      width,
      style,
    ),
  ];
}
