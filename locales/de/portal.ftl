### Texte von perfex-bridge auf Deutsch.

## Seiten des Kundenportals

portal-refused = Nicht verfügbar
portal-astray = Diese Seite gehört zum Kundenportal. Der Webserver muss ihre Adresse an das CRM weitergeben; bitte sagen Sie dem Betreiber dieser Website Bescheid.
portal-unknown = Bitte melden Sie sich im Kundenportal an, um diese Seite zu sehen.
portal-inactive = Ihr Zugang zum Kundenportal ist zurzeit nicht aktiv. Bitte wenden Sie sich an uns.
portal-forbidden-invoices = Sie dürfen keine Rechnungen sehen, und diese Seite gehört dazu. Diese Berechtigung können Ihnen Ihre Kollegen oder wir geben.
portal-demo = Dies ist eine Demonstration: Hier kann nichts geändert werden.
portal-stale = Dieses Formular ist nicht mehr aktuell. Bitte öffnen Sie die Seite noch einmal und senden Sie es erneut.
portal-busy = Das ist gerade nicht möglich. Bitte versuchen Sie es in einer Minute noch einmal.
