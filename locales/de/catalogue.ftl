### Texte von perfex-bridge auf Deutsch.

## What every page of the shop has

shop-skip = Zum Inhalt springen
shop-nav = Hauptnavigation
shop-footer = Rechtliches
shop-language = Sprache
shop-products = Produkte
shop-account = Mein Konto
shop-to-products = Alle Produkte ansehen
shop-demo = Dies ist eine Vorführung: Sehen Sie sich gern um, bestellen und ändern lässt sich hier nichts.
shop-name = Shop
shop-terms = Allgemeine Geschäftsbedingungen
shop-privacy = Datenschutzerklärung

## The list of products

shop-title = Unsere Produkte
shop-lead = Kaufen Sie in einer Minute, ohne Konto: Ihr Lizenzschlüssel steht auf dem Bildschirm, sobald die Zahlung eingeht.
shop-search = Produkte durchsuchen
shop-search-hint = Suchen
shop-search-button = Suchen
shop-show = Anzeigen
shop-filter-all = Alle Produkte
shop-filter-paid = Zu kaufen
shop-filter-trial = Kostenlos zu testen
shop-filter-free = Kostenlos
shop-found-one = Ein Produkt gefunden.
shop-found-many = { $count } Produkte gefunden.
shop-show-all = Alle Produkte anzeigen
shop-nothing-found = Nichts gefunden
shop-nothing-found-text = Kein Produkt enthält alle diese Wörter. Versuchen Sie es mit weniger oder anderen Wörtern.
shop-empty = Der Shop öffnet bald
shop-empty-text = Noch gibt es hier nichts zu kaufen. Bitte schauen Sie später wieder vorbei.
shop-pages = Seiten
shop-page = Seite { $number }
shop-from = ab { $price }
shop-free = Kostenlos
shop-free-trial = Kostenlos testen
shop-has-trial = Kostenlos testen
shop-tax-short = inkl. { $tax }
shop-not-available = Zurzeit nicht erhältlich

## A product

shop-crumbs = Sie sind hier
shop-release = Version { $release }
shop-packages = Pakete
shop-about = Beschreibung
shop-requirements = Voraussetzungen
shop-changelog = Neuerungen
shop-picture = Bild von { $product }
shop-buy = Jetzt kaufen
shop-get-free = Kostenlos erhalten
shop-start-trial = Kostenlos testen
shop-tax = inkl. { $rate } % { $tax } ({ $net } netto)
shop-no-tax = Endpreis, es kommt keine Steuer hinzu
shop-nothing-to-pay = nichts zu bezahlen, keine Zahlungsdaten nötig
shop-term-forever = Unbefristete Lizenz
shop-term-d-one = Lizenz für einen Tag
shop-term-d-many = Lizenz für { $count } Tage
shop-term-m-one = Lizenz für einen Monat
shop-term-m-many = Lizenz für { $count } Monate
shop-term-y-one = Lizenz für ein Jahr
shop-term-y-many = Lizenz für { $count } Jahre
shop-trial-d-one = Einen Tag lang testen
shop-trial-d-many = { $count } Tage lang testen
shop-trial-m-one = Einen Monat lang testen
shop-trial-m-many = { $count } Monate lang testen
shop-trial-y-one = Ein Jahr lang testen
shop-trial-y-many = { $count } Jahre lang testen
shop-sites-one = Für eine Website, eine Testkopie inbegriffen
shop-sites-many = Für { $count } Websites, mit je einem Schlüssel
shop-trial-ends = Endet von selbst
shop-not-available-text = Dieses Produkt lässt sich zurzeit nicht bestellen. Bitte schauen Sie später wieder vorbei.
shop-trust-key = Lizenzschlüssel sofort nach der Zahlung auf dem Bildschirm und per E-Mail
shop-trust-invoice = Ordnungsgemäße Rechnung als PDF
shop-trust-account = Kein Konto nötig
shop-retired = Nicht mehr erhältlich
shop-retired-text = Dieses Produkt wird nicht mehr verkauft. Gekaufte Lizenzen gelten weiter.

## When there is no page

shop-gone = Diese Seite gibt es nicht
shop-gone-text = Vielleicht enthält die Adresse einen Tippfehler, oder die Seite ist umgezogen.
shop-busy = Bitte versuchen Sie es noch einmal
shop-busy-text = Der Shop kann gerade nicht antworten. Es ist nichts verloren gegangen; versuchen Sie es in einer Minute noch einmal.
shop-method = Das ist hier nicht möglich
shop-method-text = Öffnen Sie die Seite neu und benutzen Sie ihre Schaltflächen.
