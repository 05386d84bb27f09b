/** What the page says that stands in for a server out of reach, by language. */
export const offlineTexts: Record<string, readonly [title: string, advice: string, again: string]> = {
  en: [
    'The server cannot be reached',
    'Check your network. This page goes on by itself as soon as the server answers.',
    'Try again now',
  ],
  fr: [
    'Le serveur est injoignable',
    'Vérifiez votre réseau. Cette page continuera d’elle-même dès que le serveur répondra.',
    'Réessayer maintenant',
  ],
  de: [
    'Der Server ist nicht zu erreichen',
    'Prüfen Sie Ihr Netz. Diese Seite geht von selbst weiter, sobald der Server antwortet.',
    'Jetzt noch einmal versuchen',
  ],
  es: [
    'No se puede alcanzar el servidor',
    'Compruebe su red. Esta página seguirá sola en cuanto el servidor responda.',
    'Intentarlo ahora',
  ],
};
