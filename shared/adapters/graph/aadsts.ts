/** What an administrator can do about a refused log-in, by AADSTS number (F-17; graph.md 8.1). */
const remedies: Readonly<Record<string, string>> = {
  '7000215':
    'The client secret is wrong. Enter the secret’s value, not its id, or make a new one under Certificates & secrets.',
  '7000222': 'The client secret has expired. Make a new one under Certificates & secrets and enter it.',
  '7000216': 'No client secret or certificate was sent. Configure one of them for this tenant.',
  '7000218': 'No client secret or certificate was sent. Configure one of them for this tenant.',
  '700027':
    'The certificate is not registered with the app, or has expired. Upload its public part under Certificates & secrets.',
  '700024': 'The log-in came outside its time of validity. Check this machine’s clock.',
  '50012': 'The certificate was not accepted. Check that its public part is uploaded under Certificates & secrets.',
  '50013': 'The certificate was not accepted. Check that its public part is uploaded under Certificates & secrets.',
  '700016':
    'The app is not known in this tenant. Check the client id, the tenant id, and that an administrator consented.',
  '7000112': 'The app is disabled in this tenant. Enable it under Enterprise applications.',
  '90002': 'The tenant was not found. Check its id or domain, and whether it belongs to another cloud.',
  '500011': 'Microsoft Graph was not found in this tenant. Check that the right cloud is chosen.',
  '900382': 'The tenant belongs to another cloud. Choose that cloud for it.',
  '900432': 'The tenant belongs to another cloud. Choose that cloud for it.',
};

/** AADSTS number in an error's text, without its prefix. */
export const aadstsNumber = (text: string): string | undefined => /AADSTS(\d{4,8})/.exec(text)?.[1];

/** The remedy in plain words; a general one for numbers that have none of their own. */
export const remedyOf = (number: string): string =>
  remedies[number] ??
  'Microsoft Entra refused the log-in of the app. Look the number up at https://login.microsoftonline.com/error.';
