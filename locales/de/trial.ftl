### Texte von perfex-bridge auf Deutsch.

## Keine Testversion

trial-taken = Mit dieser E-Mail-Adresse und Domain kann dieses Produkt nicht getestet werden: Jeder Kunde und jede Domain kann es einmal testen. Kaufen können Sie es jederzeit.
trial-one-only = Eine Testversion ist eine Lizenz: Die Anzahl muss 1 sein.
