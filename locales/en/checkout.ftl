### Texts of perfex-bridge in English.
