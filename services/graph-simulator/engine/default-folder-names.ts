const names: Readonly<Record<string, string>> = {
  cs: 'Kontakty',
  da: 'Kontaktpersoner',
  de: 'Kontakte',
  es: 'Contactos',
  fi: 'Yhteystiedot',
  fr: 'Contacts',
  it: 'Contatti',
  ja: '連絡先',
  nb: 'Kontakter',
  nl: 'Contactpersonen',
  pl: 'Kontakty',
  pt: 'Contatos',
  ru: 'Контакты',
  sv: 'Kontakter',
  tr: 'Kişiler',
  zh: '联系人',
};

/** What the default folder is called in a mailbox of this language, a BCP 47 tag (graph.md 1.6: localised, never to be matched by name). */
export function defaultFolderName(language: string): string {
  return names[language.toLowerCase().split('-')[0] ?? ''] ?? 'Contacts';
}
