/** A part that was looked for: its version or place, or why it cannot be used. */
export interface DoctorPart {
  readonly available: boolean;
  /** null where unknown. */
  readonly version: string | null;
  readonly path: string | null;
  /** Why it is not available; null where it is. */
  readonly problem: string | null;
}

/** The one document of `approxtorch doctor --format json`. */
export interface DoctorReport {
  readonly schemaVersion: 1;
  readonly command: 'doctor';
  readonly version: string;
  readonly node: string;
  /** e.g. 'linux x64'. */
  readonly platform: string;
  readonly addon: DoctorPart;
  readonly onnxruntime: DoctorPart;
  readonly cuda: DoctorPart;
  readonly cpu: {
    readonly model: string;
    /** Instruction sets with kernels of their own that this CPU has, ascending; empty without the addon. */
    readonly isas: readonly string[];
    /** The one in use; null without the addon. */
    readonly isa: string | null;
    /** Value of APPROXTORCH_ISA, where it is set. */
    readonly forcedIsa: string | null;
  };
  readonly threads: { readonly hardware: number; readonly default: number };
  readonly package: string;
}
