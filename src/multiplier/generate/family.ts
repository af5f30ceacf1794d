import type { Multiplier, OperandType } from '../multiplier.js';

/** The product of an activation and a weight, both given as operand values. */
export type Product = (a: number, w: number) => number;

/** Operand types of both axes of a table. */
export type OperandTypes = Pick<Multiplier, 'activation' | 'weight'>;

/** Both operands unsigned: what a design sees that multiplies magnitudes. */
export const UNSIGNED: OperandTypes = { activation: 'uint8', weight: 'uint8' };

/** A number that a family is generated with. */
export interface Parameter {
  /** The flag without its dashes. */
  readonly name: string;
  /** How the parameter is written in a multiplier's name: its letter in the literature, where it has one. */
  readonly symbol: string;
  /** One line for the help. */
  readonly about: string;
  readonly kind: 'integer' | 'real';
  readonly least: number;
  /** The largest value for operands of `bits` bits. */
  readonly most: (bits: number) => number;
  /** The value where none is given; without it the parameter is required. */
  readonly default?: number;
}

/** A family of multipliers: one design with its parameters. */
export interface Family {
  /** The word on the command line. */
  readonly name: string;
  /** One line for the help. */
  readonly about: string;
  /** Where the design comes from, in one line. */
  readonly source: string;
  readonly parameters: readonly Parameter[];
  /** `any`: has a definition of its own for operands in two's complement. */
  readonly operands: 'any' | 'unsigned';
  /**
   * The multiplier with these parameters, on operands of `bits` bits: two's complement where the type is int8. Every
   * parameter is given and within its bounds, and no type is int8 where `operands` is `unsigned`.
   * @throws UserError where parameters contradict each other.
   */
  product(parameters: Readonly<Record<string, number>>, bits: number, types: OperandTypes): Product;
}

/** Whether bit `bit` of an operand counts negative: the highest one in two's complement. */
export function isSignBit(type: OperandType, bits: number, bit: number): boolean {
  return type === 'int8' && bit === bits - 1;
}
