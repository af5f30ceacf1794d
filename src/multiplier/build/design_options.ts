/** How a design is to be understood and run. */
export interface DesignOptions {
  /** Function or module; found out where it is clear (see `chooseTop`). */
  readonly top?: string | undefined;
  /** Names of activation and weight; default A and B, else the order of declaration. */
  readonly operands?: readonly [activation: string, weight: string] | undefined;
  /**
   * Operand width, 2..8. C does not tell it: default is the one in a name such as mul7u_03C, else 8. The ports of a
   * module do: another width here is refused.
   */
  readonly bits?: number | undefined;
  /** For all tools together, in seconds; default 60. */
  readonly timeout?: number | undefined;
  /** Stops all tools. */
  readonly signal?: AbortSignal | undefined;
}
