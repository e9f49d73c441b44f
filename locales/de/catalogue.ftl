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

## When there is no page

shop-gone = Diese Seite gibt es nicht
shop-gone-text = Vielleicht enthält die Adresse einen Tippfehler, oder die Seite ist umgezogen.
shop-busy = Bitte versuchen Sie es noch einmal
shop-busy-text = Der Shop kann gerade nicht antworten. Es ist nichts verloren gegangen; versuchen Sie es in einer Minute noch einmal.
shop-method = Das ist hier nicht möglich
shop-method-text = Öffnen Sie die Seite neu und benutzen Sie ihre Schaltflächen.
