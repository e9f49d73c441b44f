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
portal-no-page = Diese Seite gibt es im Portal nicht. Bitte öffnen Sie sie über das Menü.

## Seite: die Lizenzen des Kunden

portal-licenses = Lizenzen
portal-key = Lizenzschlüssel
portal-copy = Kopieren
portal-copied = Kopiert
portal-key-unreadable = Der Schlüssel kann gerade nicht angezeigt werden. Die Lizenz funktioniert weiter; bitte fragen Sie uns nach dem Schlüssel.
portal-domain = Domain
portal-domain-none = noch nicht aktiviert
portal-domain-elsewhere = siehe Einstellungen des Moduls
portal-staging = auch { $domain }
portal-valid-until = Gültig bis
portal-last-check = Letzte Prüfung
portal-last-check-none = nicht in den letzten 8 Tagen
portal-issued = Ausgestellt am
portal-invoice = Rechnung
portal-right-active = aktiv
portal-right-trial = Testzeitraum
portal-right-past_due = Zahlung fehlt
portal-right-expired = abgelaufen
portal-right-suspended = gesperrt
portal-right-revoked = entzogen
portal-why-past_due = Die Zahlung für diese Lizenz fehlt. Sie funktioniert noch einige Tage und wird danach gesperrt.
portal-why-expired = Diese Lizenz ist abgelaufen. Die Seiten für Ihre Kunden funktionieren weiter, die Einstellungen sind gesperrt.
portal-why-suspended = Diese Lizenz funktioniert zurzeit nicht. Bitte bezahlen Sie, was offen ist, oder wenden Sie sich an uns.
portal-why-revoked = Diese Lizenz wurde entzogen. Bitte wenden Sie sich an uns.
portal-waiting = Eine Bestellung wartet auf ihre Zahlung; die Lizenzen erscheinen gleich danach hier.
portal-pay = Rechnung { $number } bezahlen
portal-release = Domain freigeben
portal-release-about = Die Lizenz funktioniert auf { $domain } dann nicht mehr und kann auf einer anderen Domain aktiviert werden.
portal-release-left = Das geht innerhalb von 30 Tagen noch { $left }-mal.
portal-release-left-once = Das geht innerhalb von 30 Tagen noch einmal.
portal-release-button = Jetzt freigeben
portal-release-limit = Diese Lizenz ist innerhalb von 30 Tagen dreimal umgezogen. Zu ihrem Schutz nehmen wir den nächsten Umzug vor; bitte wenden Sie sich an uns.
portal-release-gone = Es wurde nichts geändert: Die Lizenz ist auf dieser Domain nicht mehr aktiviert.
portal-released = Die Domain ist freigegeben. Die Lizenz kann jetzt auf einer anderen aktiviert werden.
portal-none = Sie haben noch keine Lizenzen.
portal-none-about = Sie erscheinen hier, sobald eine Bestellung bezahlt ist.
portal-to-shop = Zum Shop
portal-newer = Neuere Lizenzen
portal-older = Ältere Lizenzen

## Das Profil des Kunden im CRM

customer-title = Bestellungen und Lizenzen
customer-orders = Bestellungen
customer-order = Bestellung
customer-placed = Bestellt am
customer-total = Summe
customer-state = Status
customer-invoice = Rechnung
customer-draft = Entwurf
customer-no-orders = Dieser Kunde hat noch nichts bestellt.
customer-charge-none = nicht bezahlt
customer-charge-partial = teilweise bezahlt
customer-charge-full = bezahlt
customer-charge-over = überzahlt
customer-charge-reversed = Zahlung zurückgenommen
customer-charge-cancelled = storniert
customer-charge-expired = verfallen
customer-licenses = Lizenzen
customer-license = Lizenz
customer-product = Produkt
customer-domain = Domain
customer-valid-until = Gültig bis
customer-last-check = Letzte Prüfung
customer-no-licenses = Dieser Kunde hat noch keine Lizenzen.
