import { expect, test } from 'vitest';
import { at, client, control, simulate } from './raw-client.ts';

const mail = (address: unknown) => ({
  message: {
    subject: 'Sync report',
    body: { contentType: 'Text', content: 'All well.' },
    toRecipients: [{ emailAddress: { address } }],
  },
  saveToSentItems: false,
});

test('graph.md 9: sendMail answers 202 without a body, and the control interface shows the message', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  const path = '/users/ada@contoso.com/sendMail';
  expect(await send('POST', path, { json: mail('admin@contoso.com') })).toMatchObject({ status: 202, body: undefined });
  const mime = Buffer.from('Subject: Hello\r\n\r\nHi').toString('base64');
  const text = { bytes: new Uint8Array(Buffer.from(mime)), headers: { 'content-type': 'text/plain' } };
  expect((await send('POST', path, text)).status).toBe(202);
  const { body } = await control(simulator, 'GET', '/mails');
  expect(at(body, 'mails')).toMatchObject([
    { message: { subject: 'Sync report' } },
    { message: { mime: 'Subject: Hello\r\n\r\nHi' } },
  ]);
});

test('graph.md 9: sendMail refuses bad base64, no address, no mailbox and no permission', async () => {
  const simulator = await simulate();
  const send = await client(simulator);
  const code = async (key: string, extra: Parameters<typeof send>[2], by = send) => {
    const { status, body } = await by('POST', `/users/${key}/sendMail`, extra);
    return `${status} ${at(body, 'error', 'code')}`;
  };
  const text = { bytes: new Uint8Array(Buffer.from('no base64!')), headers: { 'content-type': 'text/plain' } };
  expect(await code('ada@contoso.com', text)).toBe('400 ErrorMimeContentInvalidBase64String');
  expect(await code('ada@contoso.com', { json: mail(undefined) })).toBe('400 ErrorInvalidRecipients');
  expect(await code('nobody@contoso.com', { json: mail('a@contoso.com') })).toBe('404 ErrorInvalidUser');
  const { limitedClientId: clientId, limitedClientSecret: clientSecret } = simulator;
  const limited = await client(simulator, { clientId, clientSecret });
  expect(await code('ada@contoso.com', { json: mail('a@contoso.com') }, limited)).toBe('403 ErrorAccessDenied');
  expect(at((await control(simulator, 'GET', '/mails')).body, 'mails')).toEqual([]);
});
