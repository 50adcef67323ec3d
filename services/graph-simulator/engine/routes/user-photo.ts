import { createHash } from 'node:crypto';
import { answer, type Call, contextRoot } from '../call.ts';
import type { DirectoryObject } from '../directory.ts';
import { endOfPath, GraphFault, unknownSegment } from '../graph-fault.ts';
import type { GraphAnswer } from '../wire.ts';

const sizes = new Set(['48X48', '64X64', '96X96', '120X120', '240X240', '360X360', '432X432', '504X504', '648X648']);

function noPhoto(): GraphFault {
  return new GraphFault(
    404,
    'ImageNotFound',
    "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown.",
  );
}

/** `users/{id}/photo`, its `$value`, and `photos/{size}` with the same bytes for every size (graph.md 7.4). `rest` starts at `photo` or `photos`. */
export function userPhoto(call: Call, user: DirectoryObject, rest: readonly string[]): GraphAnswer {
  const sized = rest[0] === 'photos';
  const [size = '240X240', value] = sized ? [rest[1]?.toUpperCase(), rest[2]] : [undefined, rest[1]];
  if (sized && rest[1] !== undefined && !sizes.has(size)) throw noPhoto();
  if (value !== undefined && value !== '$value') throw unknownSegment(value);
  endOfPath(rest.slice(sized ? 3 : 2));
  const photo = call.world.userPhoto(user.id);
  if (!photo) throw noPhoto();
  if (value) return { status: 200, headers: { 'content-type': 'image/jpeg' }, body: photo };
  const side = Number(size.split('X')[0]);
  const tag = createHash('sha256').update(photo).digest('hex').slice(0, 8).toUpperCase();
  const facts = {
    '@odata.mediaContentType': 'image/jpeg',
    '@odata.mediaEtag': `"${tag}"`,
    id: size,
    width: side,
    height: side,
  };
  const context = `${contextRoot(call)}users('${user.id}')`;
  if (sized && rest[1] === undefined) return answer(200, { '@odata.context': `${context}/photos`, value: [facts] });
  return answer(200, { '@odata.context': `${context}/${sized ? 'photos' : 'photo'}/$entity`, ...facts });
}
