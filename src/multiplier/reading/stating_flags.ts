/** The flags that messages name. */
export interface StatingFlags {
  readonly type: string;
  readonly order: string;
}

/** Those of eval and finetune. */
export const LUT_FLAGS: StatingFlags = { type: '--lut-type', order: '--lut-order' };
