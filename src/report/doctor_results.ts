/** A part that was looked for: its version or place, or why it cannot be used. */
export interface DoctorPart {
  readonly available: boolean;
  /** null where unknown. */
  readonly version: string | null;
  readonly path: string | null;
  /** Why it is not available; null where it is. */
  readonly problem: string | null;
}

/** A device of the CUDA driver. */
export interface DoctorCudaDevice {
  readonly name: string;
  /** e.g. '9.0'. */
  readonly computeCapability: string;
  readonly multiprocessors: number;
  /** Bytes. */
  readonly totalMemory: number;
  /** Bytes; null where the device does not run the library's code. */
  readonly freeMemory: number | null;
  /** Why it does not run the library's code; null where it does. */
  readonly problem: string | null;
}

/** The CUDA library (`version`: of the CUDA runtime in it), the driver and its devices. */
export interface DoctorCuda extends DoctorPart {
  readonly built: boolean;
  /** The device code in the library, e.g. 'sm_80', and 'compute_90' for PTX; empty where it does not load. */
  readonly codes: readonly string[];
  /** Latest CUDA version that the driver supports; null without a driver. */
  readonly driverVersion: string | null;
  readonly devices: readonly DoctorCudaDevice[];
}

/** Which engines can run something. */
export interface DoctorEngines {
  readonly cpu: boolean;
  readonly cuda: boolean;
}

/** What the engines can run; all other operators run through onnxruntime. */
export interface DoctorOps {
  /** ONNX operators. */
  readonly operators: readonly (DoctorEngines & {
    readonly operator: string;
    /** Ops of the plan that its nodes become; none where they only rename a value. */
    readonly ops: readonly string[];
    /** Further ops of a layer that computes with a multiplier; null where it cannot. */
    readonly approximate: (DoctorEngines & { readonly ops: readonly string[] }) | null;
  })[];
  /** Ops of the plan. */
  readonly ops: readonly (DoctorEngines & {
    readonly type: string;
    /** ONNX operators that it serves; none where quantization or training needs it. */
    readonly operators: readonly string[];
  })[];
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
  readonly cuda: DoctorCuda;
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
  /** Only with --ops. */
  readonly ops?: DoctorOps;
}
