import type { Call } from './call.ts';
import { type ContactWrite, readContactBody } from './contact-body.ts';
import type { EmailAddress } from './contact-fields.ts';
import type { Directory } from './directory.ts';

/** What the body of a POST or PATCH writes, after the quirks that are on. Throws as `readContactBody`. */
export function writeOf(call: Call): ContactWrite {
  const { cloud, quirks, directory } = call.world;
  const write = readContactBody(call.request.body, cloud === 'global');
  const notesLost = quirks.notesDroppedOnCreate && call.request.method === 'POST';
  if (!notesLost && !quirks.emailNamesFromDirectory) return write;
  const fields = new Map(write.fields);
  if (notesLost) fields.delete('personalNotes');
  const emails = fields.get('emailAddresses');
  if (quirks.emailNamesFromDirectory && emails) {
    const named = (emails as readonly EmailAddress[]).map((email) => withDirectoryName(directory, email));
    fields.set('emailAddresses', named);
  }
  return { ...write, fields };
}

function withDirectoryName(directory: Directory, email: EmailAddress): EmailAddress {
  const wanted = email.address?.toLowerCase();
  const owner = [...directory.list('user'), ...directory.list('orgContact')].find(
    ({ properties }) => wanted !== undefined && String(properties['mail']).toLowerCase() === wanted,
  );
  return owner ? { ...email, name: String(owner.properties['displayName']) } : email;
}
