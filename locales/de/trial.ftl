### Texte von perfex-bridge auf Deutsch.

## Keine Testversion

trial-taken = Mit dieser E-Mail-Adresse und Domain kann dieses Produkt nicht getestet werden: Jeder Kunde und jede Domain kann es einmal testen. Kaufen können Sie es jederzeit.
trial-one-only = Eine Testversion ist eine Lizenz: Die Anzahl muss 1 sein.

## Wie lange eine Testversion noch läuft, als Teil eines Satzes

trial-left-days = { $days } Tage
trial-left-day = 1 Tag
trial-left-hours = weniger als einen Tag
