/** Which part of a dataset; datasets without parts have only 'test'. */
export type Split = 'train' | 'test';

/** Decoded samples: uint8 0..255 (images) or float32 (npy), one label each. */
export interface Samples {
  /** HWC, or CHW where planes were asked for. */
  readonly pixels: Uint8Array | Float32Array;
  /** [height, width, channels] of every sample in the batch. */
  readonly shape: readonly [number, number, number];
  readonly labels: Int32Array;
  /** The pixels are planes: only where that was asked for. */
  readonly planes?: true;
}

/** A labelled image dataset. Samples are read by index, in a fixed order. */
export interface Dataset {
  /** e.g. 'mnist', 'cifar10', or the folder's name. */
  readonly name: string;
  readonly kind: 'idx' | 'cifar10' | 'cifar100' | 'folder' | 'npy' | 'synthetic-digits';
  readonly split: Split;
  /** Splits that this source has. */
  readonly splits: readonly Split[];
  readonly length: number;
  /** Number of classes, where the source knows it (else the largest label + 1). */
  readonly classes: number;
  readonly classNames?: readonly string[];
  /** Layout in which `pixels` of float sources are stored. Byte images are always 'hwc'. */
  readonly layout: 'hwc' | 'chw';
  /** Name of the preprocessing preset that suits it (file in configs/), if known. */
  readonly preset?: string;
  /**
   * Reads samples `first .. first + count - 1`. Image folders need `resize`, since their images differ in size.
   * @param takesPlanes the caller takes samples also as planes; a source that has them so need not interleave them
   * @throws UserError naming the file when a sample cannot be read.
   */
  read(first: number, count: number, size?: ImageSize, takesPlanes?: boolean): Promise<Samples>;
}

/** How to bring images of different sizes to one: scale the short side to `resize`, then crop the centre. */
export interface ImageSize {
  readonly resize?: number | readonly [number, number];
  readonly crop?: number | readonly [number, number];
}

/** What training changes at random in an image, after resizing and cropping. */
export interface Augment {
  /** Black pixels put around the image before a crop of the old size is taken anywhere. */
  readonly pad: number;
  /** Mirrors left and right in half of the cases. */
  readonly flip: boolean;
}

/** From stored samples to the model's input: (x · scale − mean[c]) / std[c], then the layout. */
export interface Preprocess extends ImageSize {
  readonly scale: number;
  /** One value per channel, or one for all. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly layout: 'nchw' | 'nhwc';
  /** Convert byte images to grey (1) or RGB (3) first; default: as they are. */
  readonly channels?: 1 | 3;
  /** Suits training; evaluation leaves it out. */
  readonly augment?: Augment;
}
