### Texte von perfex-bridge auf Deutsch.

## Companion: was die eigenen Seiten des CRM sagen

companion-menu = Bridge
companion-overview = Übersicht
companion-licenses = Lizenzen
companion-orders = Bestellungen
companion-products = Produkte
companion-shop_settings = Einstellungen PM Shop
companion-shop = Shop
companion-mails = E-Mails von perfex-bridge
companion-unavailable = Zurzeit nicht erreichbar
companion-unavailable-text = Diese Seite kann gerade nicht angezeigt werden. Bitte versuchen Sie es in einer Minute noch einmal.

## Unsere Mailtexte in der Liste der E-Mail-Vorlagen des CRM

mails-title = E-Mails von perfex-bridge
mails-about = Diese E-Mails versendet perfex-bridge. Klicken Sie auf einen Namen, um den Text in jeder Sprache zu ändern oder die E-Mail abzuschalten; Ihre Änderungen bleiben bei Updates von perfex-bridge erhalten.
mails-mail = E-Mail
mails-languages = Texte
mails-state = Status
mails-on = an
mails-off = aus
mails-not-there = nicht im CRM
mails-language-english = Englisch
mails-language-german = Deutsch
mails-text-delivered = wie ausgeliefert
mails-text-edited = bearbeitet
mails-text-missing = leer, es wird Englisch gesendet
mails-fields = Platzhalter
mails-common = Platzhalter aller E-Mails
mails-group-license = Lizenzen
mails-group-trial = Testzeiträume
mails-group-order = Bestellungen
mails-group-other = Weitere
mails-field-companyname = der Name Ihrer Firma
mails-field-main_domain = Ihre Hauptdomain
mails-field-crm_url = die Adresse des CRM
mails-field-admin_url = die Adresse des Administrationsbereichs im CRM
mails-field-terms_and_conditions_url = die Adresse Ihrer AGB
mails-field-privacy_policy_url = die Adresse Ihrer Datenschutzerklärung
mails-field-logo_url = die Adresse Ihres Logos
mails-field-logo_image_with_url = Ihr Logo als Bild, das zum CRM führt
mails-field-dark_logo_image_with_url = Ihr dunkles Logo als Bild, das zum CRM führt
mails-field-email_signature = die Signatur aus den E-Mail-Einstellungen des CRM
mails-field-contact_firstname = der Vorname der Person, die bestellt hat
mails-field-contact_lastname = der Nachname der Person, die bestellt hat
mails-field-product_name = das Produkt
mails-field-package_name = das bestellte Paket
mails-field-order_number = die Nummer der Bestellung
mails-field-license_key = der Lizenzschlüssel; mehrere stehen jeweils in einer eigenen Zeile
mails-field-license_valid_until = der Tag, an dem die Lizenz endet, oder dass sie kein Ende hat
mails-field-license_number = die Nummer der Lizenz
mails-field-holder_name = der Name des Lizenzinhabers
mails-field-old_domain = die Domain, die die Lizenz hat
mails-field-new_domain = die Domain, die nach der Lizenz fragt
mails-field-move_link = der Link zu der Seite, die die Lizenz umzieht
mails-field-move_valid_until = der Zeitpunkt, bis zu dem dieser Link funktioniert
mails-field-time_left = wie lange der Testzeitraum noch dauert
mails-field-buy_link = der Link, unter dem das Produkt gekauft werden kann
