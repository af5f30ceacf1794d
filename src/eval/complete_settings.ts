import { defaults } from './defaults.js';
import type { EvalSettings, OpenSettings } from './settings.js';
import type { TunedModel } from './tuned_model.js';

/** What the user gave, as far as a model may bring it along. */
type Given = Partial<OpenSettings> & Pick<EvalSettings, 'data' | 'split'>;

/** Completes what the user gave by what a retrained model brings along, then by the defaults. */
export function completeSettings<Request extends Given>(
  request: Request,
  tuned: TunedModel | undefined,
): Request & OpenSettings {
  const carried = tuned?.approximation;
  const ownData = request.data === undefined;
  return {
    ...request,
    lutType: request.lutType ?? carried?.lutType ?? defaults.lutType,
    lutOrder: request.lutOrder ?? carried?.lutOrder,
    layers: request.layers ?? carried?.layers ?? [],
    skipFirst: request.skipFirst ?? carried?.skipFirst ?? false,
    skipLast: request.skipLast ?? carried?.skipLast ?? false,
    convOnly: request.convOnly ?? carried?.convOnly ?? false,
    qmethod: request.qmethod ?? carried?.qmethod ?? defaults.qmethod,
    weightBits: request.weightBits ?? carried?.weightBits ?? defaults.bits,
    activationBits: request.activationBits ?? carried?.activationBits ?? defaults.bits,
    fullRange: request.fullRange ?? carried?.fullRange ?? false,
    padding: request.padding ?? carried?.padding ?? defaults.padding,
    calibrator: request.calibrator ?? defaults.calibrator,
    calibrate: request.calibrate ?? defaults.calibrate,
    split: request.split ?? (ownData ? tuned?.dataset.split : undefined),
  };
}

/** Whether a retrained model's ranges stand for a calibration: not where the request speaks of one. */
export function bringsRanges(
  request: Partial<Pick<EvalSettings, 'calibrator' | 'calibrate' | 'calibration' | 'saveCalibration'>>,
  { qmethod }: Pick<EvalSettings, 'qmethod'>,
): boolean {
  const { calibrator, calibrate, calibration, saveCalibration } = request;
  const asked = [calibrator, calibrate, calibration, saveCalibration].some((value) => value !== undefined);
  return qmethod.mode === 'static' && !asked;
}
