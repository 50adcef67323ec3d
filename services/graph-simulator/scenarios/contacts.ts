import type { ContactBody, ContactGenerator } from '../engine/company.ts';
import { seededRandom } from '../http/seeded-random.ts';
import { companies, departments, givenNames, jobTitles, places, surnames } from './names.ts';

const pick = <T>(items: readonly T[], random: () => number): T => items[Math.floor(random() * items.length)] as T;

const latin = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replace(/[^a-z]/g, '');

/** Random bits for one contact; neighbours must not look alike. */
const randomFor = (seed: number, index: number): (() => number) =>
  seededRandom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35));

/** A business contact with company, job, numbers, address: what a shared customer folder holds. */
export const businessContact: ContactGenerator = (seed, index): ContactBody => {
  const random = randomFor(seed, index);
  const givenName = pick(givenNames, random);
  const surname = pick(surnames, random);
  const place = pick(places, random);
  const number = (index + 1).toString().padStart(4, '0');
  const mailName = [latin(givenName), latin(surname)].filter((part) => part !== '').join('.') || 'contact';
  return {
    givenName,
    surname,
    displayName: `${givenName} ${surname}`,
    fileAs: `${surname}, ${givenName}`,
    companyName: pick(companies, random),
    jobTitle: pick(jobTitles, random),
    department: pick(departments, random),
    emailAddresses: [{ name: `${givenName} ${surname}`, address: `${mailName}.${number}@fabrikam.com` }],
    businessPhones: [`${place.prefix} ${number}`],
    ...(random() < 0.6 && { mobilePhone: `${place.prefix.split(' ')[0]} 79 555 ${number}` }),
    businessAddress: {
      street: `${place.street} ${1 + Math.floor(random() * 120)}`,
      city: place.city,
      postalCode: place.postalCode,
      countryOrRegion: place.countryOrRegion,
    },
    ...(random() < 0.3 && { categories: ['Key account'] }),
    ...(random() < 0.2 && { birthday: `${1950 + Math.floor(random() * 50)}-0${1 + Math.floor(random() * 9)}-15` }),
    ...(random() < 0.25 && { personalNotes: `Met at the fair in ${place.city}.\nPrefers e-mail.` }),
  };
};

/** A private contact: what people keep in their own folder. */
export const privateContact: ContactGenerator = (seed, index): ContactBody => {
  const random = randomFor(seed + 7, index);
  const givenName = pick(givenNames, random);
  const surname = pick(surnames, random);
  const place = pick(places, random);
  const number = (index + 1).toString().padStart(4, '0');
  return {
    givenName,
    surname,
    displayName: `${givenName} ${surname}`,
    mobilePhone: `${place.prefix.split(' ')[0]} 76 555 ${number}`,
    homePhones: random() < 0.4 ? [`${place.prefix} ${number}`] : [],
    ...(random() < 0.5 && { emailAddresses: [{ address: `${latin(givenName) || 'friend'}${number}@example.com` }] }),
    ...(random() < 0.5 && { personalNotes: 'Plays chess on Thursdays.' }),
    ...(random() < 0.3 && { nickName: givenName.slice(0, 3) }),
  };
};

/** The contact generators that scenarios name. */
export const generators: Readonly<Record<string, ContactGenerator>> = {
  business: businessContact,
  private: privateContact,
};
