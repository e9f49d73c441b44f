### Texte von perfex-bridge auf Deutsch.

## Companion: was die eigenen Seiten des CRM sagen

companion-menu = Bridge
companion-overview = Übersicht
companion-licenses = Lizenzen
companion-orders = Bestellungen
companion-shop = Shop
companion-mails = Mails von perfex-bridge
companion-unavailable = Zurzeit nicht erreichbar
companion-unavailable-text = Diese Seite kann gerade nicht angezeigt werden. Bitte versuchen Sie es in einer Minute noch einmal.
