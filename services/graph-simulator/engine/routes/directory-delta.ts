import type { Call } from '../call.ts';
import type { DirectoryKind } from '../directory.ts';
import { unknownSegment } from '../graph-fault.ts';
import type { GraphAnswer } from '../wire.ts';

export function directoryDelta(_call: Call, _kind: DirectoryKind): GraphAnswer {
  throw unknownSegment('delta');
}
