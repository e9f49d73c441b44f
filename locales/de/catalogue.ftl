### Texte von perfex-bridge auf Deutsch.
