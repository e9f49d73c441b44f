### Texte von perfex-bridge auf Deutsch.

## Seite: Kasse

checkout-title = Kasse
checkout-title-mistakes = Fehler: Kasse
checkout-you = Ihre Angaben
checkout-firstname = Vorname
checkout-lastname = Nachname
checkout-email = E-Mail-Adresse
checkout-email-hint = Hierhin gehen die Rechnung und Ihr Lizenzschlüssel.
checkout-domain = Domain für den Test
checkout-domain-hint = Wo Sie testen möchten, zum Beispiel crm.example.com.
checkout-company = Firma
checkout-optional = freiwillig
checkout-country = Land
checkout-choose = Bitte wählen
checkout-vat = USt-IdNr.
checkout-vat-optional = Unternehmen in der EU
checkout-leave-empty = Lassen Sie dieses Feld leer
checkout-order = Ihre Bestellung
checkout-quantity-label = Anzahl
checkout-net = Nettopreis
checkout-tax = { $tax } { $rate } %
checkout-total = Gesamtbetrag
checkout-free = Kostenlos
checkout-update = Gesamtbetrag aktualisieren
checkout-reverse-charge = Reverse Charge: Die Rechnung enthält keine Umsatzsteuer, Ihr Unternehmen führt sie ab.
checkout-reverse-charge-note = Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge, Artikel 44 und 196 der Richtlinie 2006/112/EG). USt-IdNr. des Leistungsempfängers:
checkout-terms = Ich akzeptiere die Allgemeinen Geschäftsbedingungen und habe die Datenschutzerklärung gelesen.
checkout-waiver = Ich möchte, dass die Lizenz sofort geliefert wird, und weiß, dass mein Widerrufsrecht erlischt, sobald die Lieferung beginnt.
checkout-order-paid = Zahlungspflichtig bestellen
checkout-order-free = Kostenlos bestellen
checkout-order-trial = Kostenlosen Test starten
checkout-then = Danach sehen Sie Ihre Rechnung und bezahlen sie. Ihr Lizenzschlüssel erscheint, sobald Ihre Zahlung verbucht ist.
checkout-term-day = { $count } Tag
checkout-term-days = { $count } Tage
checkout-term-month = { $count } Monat
checkout-term-months = { $count } Monate
checkout-term-year = { $count } Jahr
checkout-term-years = { $count } Jahre
checkout-nothing = Es gibt noch nichts zu bestellen
checkout-nothing-text = Wählen Sie im Shop ein Produkt aus; die Schaltfläche auf seiner Seite führt hierher.
checkout-nothing-left = Es ist nichts mehr zu bestellen.

## Was am Formular nicht stimmt; es wurde nichts bestellt

checkout-mistakes = Es wurde noch nichts bestellt. Bitte sehen Sie sich das noch einmal an:
checkout-empty = Bitte füllen Sie dieses Feld aus.
checkout-markup = Bitte schreiben Sie das in eine Zeile, ohne die Zeichen < und >.
checkout-too-long = Das sind { $length } Zeichen; höchstens { $limit } können gespeichert werden.
checkout-unstorable = Das Zeichen { $character } kann hier nicht gespeichert werden. Bitte lassen Sie es weg.
checkout-email-wrong = Das ist keine E-Mail-Adresse. Bitte schreiben Sie sie wie name@example.org, mit höchstens 100 Zeichen.
checkout-country-wrong = Bitte wählen Sie Ihr Land aus der Liste.
checkout-company-missing = Eine USt-IdNr. gehört zu einem Unternehmen. Bitte ergänzen Sie dessen Namen oder lassen Sie die USt-IdNr. leer.
checkout-vat-form = Das sieht nicht nach einer USt-IdNr. Ihres Landes aus. Bitte schreiben Sie sie wie { $example } oder lassen Sie das Feld leer.
checkout-vat-digits = Die Prüfziffern dieser USt-IdNr. passen nicht. Bitte suchen Sie nach einem Tippfehler.
checkout-vat-country = Diese USt-IdNr. ist aus einem anderen Land. Bitte wählen Sie das Land, in dem Ihr Unternehmen seine USt-IdNr. hat.
checkout-vat-unreadable = Eine USt-IdNr. besteht nur aus Buchstaben und Ziffern. Bitte schreiben Sie sie wie auf Ihren eigenen Rechnungen oder lassen Sie das Feld leer.
checkout-domain-wrong = Bitte schreiben Sie die Domain Ihrer Seite, zum Beispiel crm.example.com.
checkout-terms-missing = Bitte akzeptieren Sie die Allgemeinen Geschäftsbedingungen.
checkout-waiver-missing = Bitte bestätigen Sie, dass die Lizenz sofort geliefert werden darf.
checkout-quantity = Bitte bestellen Sie eine ganze Zahl von 1 bis { $most }.
checkout-one-only = Von diesem Paket kann eines auf einmal bestellt werden.
checkout-too-much = Das ist mehr, als auf eine Rechnung passt. Bitte bestellen Sie weniger auf einmal.
checkout-too-many-packages = Höchstens { $most } Pakete können auf einmal bestellt werden.
checkout-unknown-package = Dieses Paket gibt es nicht. Es wurde aus Ihrer Bestellung genommen.
checkout-retired = { $package } wird nicht mehr verkauft und wurde aus Ihrer Bestellung genommen.
checkout-one-currency = Pakete in verschiedenen Währungen brauchen je eine Bestellung. Hier stehen nur noch die in der ersten Währung.
checkout-trial-alone = Ein Test wird allein bestellt. Er wurde aus Ihrer Bestellung genommen.
checkout-changed = Der Gesamtbetrag für diese Angaben ist { $total }. Bitte prüfen Sie ihn und bestellen Sie noch einmal, wenn Sie einverstanden sind.

## Wenn das Formular jetzt nicht angenommen werden kann; es wurde nichts bestellt

checkout-no-cookie = Ihr Browser hat kein Cookie gesendet. Bitte erlauben Sie Cookies für diese Seite und bestellen Sie noch einmal.
checkout-other-site = Dieses Formular kam von einer anderen Seite. Bitte prüfen Sie es und bestellen Sie hier.
checkout-stale = Dieses Formular ist veraltet, zum Beispiel nach dem An- oder Abmelden. Bitte prüfen Sie es und bestellen Sie noch einmal.
checkout-expired = Dieses Formular ist mehr als einen Tag alt. Bitte prüfen Sie es und bestellen Sie noch einmal.
checkout-honeypot = Ein Feld, das leer bleiben muss, war ausgefüllt, vielleicht von Ihrem Browser. Jetzt ist es leer; bitte bestellen Sie noch einmal.
checkout-too-swift = Das war schneller, als man lesen kann. Bitte prüfen Sie das Formular und bestellen Sie noch einmal.
checkout-work = Aus Ihrem Netz kommen viele Bestellungen. Ihr Browser braucht einen Moment für eine kleine Rechnung; bitte bestellen Sie in einigen Sekunden noch einmal, oder nach einer Minute, wenn Ihr Browser keine Skripte ausführt.
checkout-busy-network = Aus Ihrem Netz kommen zu viele Formulare. Bitte warten Sie eine Minute und bestellen Sie dann noch einmal.
checkout-busy-mailbox = Mit dieser E-Mail-Adresse gab es zu viele Bestellungen. Bitte warten Sie eine Stunde oder schreiben Sie uns.
checkout-demo = Das ist eine Vorführung. Hier kann nichts bestellt werden.
checkout-locked = Unsere Rechnungsstellung ist ausgelastet. Bitte bestellen Sie in einer Minute noch einmal; es wird nichts doppelt bestellt.
checkout-numbering = Wir können im Moment keine Rechnung ausstellen und sind informiert. Bitte bestellen Sie später noch einmal.
checkout-closed = Unsere Rechnungsstellung wird gerade aktualisiert. Bitte bestellen Sie in einigen Minuten noch einmal.
checkout-failed = Das hat nicht funktioniert, und es lag nicht an Ihnen. Bitte bestellen Sie in einer Minute noch einmal; es wird nichts doppelt bestellt.

## Seite: eine Bestellung

order-title = Bestellung { $number }
order-number = Bestellung { $number }
order-step-placed = Bestellt
order-step-paid = Bezahlt
order-step-free = Kostenlos
order-step-key = Lizenzschlüssel
order-unpaid = Vielen Dank für Ihre Bestellung
order-unpaid-text = Ihre Rechnung über { $total } liegt bereit und ist unterwegs an { $email }. Ihr Lizenzschlüssel erscheint hier, sobald Ihre Zahlung verbucht ist.
order-unpaid-corrected-text = Ihre Rechnung über { $total } liegt bereit. Ihr Lizenzschlüssel erscheint hier, sobald Ihre Zahlung verbucht ist, und geht per E-Mail an { $email }.
order-mailed = Vielen Dank für Ihre Bestellung
order-mailed-text = Ihre Rechnung über { $total } ist unterwegs an { $email }, mit einem Link zum Bezahlen; sie kommt in wenigen Minuten an. Ihr Lizenzschlüssel erscheint hier, sobald Ihre Zahlung verbucht ist.
order-mailed-corrected-text = Ihre Rechnung über { $total } ging an die Adresse, mit der Sie bestellt haben. Bitte schreiben Sie uns, wenn Sie sie dort nicht lesen können. Ihr Lizenzschlüssel erscheint hier, sobald Ihre Zahlung verbucht ist, und geht per E-Mail an { $email }.
order-expired = Diese Bestellung wurde nicht bezahlt
order-expired-text = Wir rechnen nicht mehr mit Ihrer Zahlung. Wenn Sie die Lizenz noch möchten, bezahlen Sie die Rechnung über { $total }: Ihr Lizenzschlüssel erscheint hier, sobald Ihre Zahlung verbucht ist.
order-partial = Ein Teil des Betrags ist noch zu bezahlen
order-partial-text = Wir haben einen Teil von { $total } erhalten. Ihr Lizenzschlüssel erscheint hier, sobald der Rest verbucht ist.
order-partial-left-text = Wir haben { $received } von { $total } erhalten; es fehlen noch { $left }. Ihr Lizenzschlüssel erscheint hier, sobald der Rest verbucht ist.
order-making = Ihre Lizenz wird ausgestellt
order-making-text = Es ist alles bezahlt. Ihr Lizenzschlüssel erscheint gleich hier und geht per E-Mail an { $email }.
order-done = Hier ist Ihr Lizenzschlüssel
order-done-many = Hier sind Ihre Lizenzschlüssel
order-done-text = Bitte bewahren Sie ihn gut auf.
order-done-leaving-text = Das ist auch per E-Mail unterwegs an { $email }.
order-done-sent-text = Das wurde auch per E-Mail an { $email } gesendet.
order-done-failed-text = Die E-Mail an { $email } konnte nicht zugestellt werden. Bitte prüfen Sie unten die Adresse.
order-reversed = Ihre Zahlung wurde zurückgenommen
order-reversed-text = Ihre Lizenz funktioniert noch einige Tage. Sobald die Zahlung über { $total } wieder verbucht ist, ist alles wie zuvor.
order-stopped = Ihre Zahlung wurde zurückgenommen
order-stopped-text = Ihre Lizenz funktioniert nicht mehr. Sobald die Zahlung über { $total } wieder verbucht ist, ist alles wie zuvor.
order-cancelled = Diese Bestellung wurde storniert
order-cancelled-text = Es ist nichts zu bezahlen. Wenn Sie das überrascht, schreiben Sie uns bitte.
order-pay = Rechnung ansehen und bezahlen
order-pay-hint = Die Rechnung öffnet sich in einem neuen Tab. Diese Seite bemerkt Ihre Zahlung von selbst.
order-invoice = Rechnung ansehen
order-copy = Kopieren
order-copied-word = Kopiert
order-copied = Der Lizenzschlüssel wurde kopiert.
order-valid-until = Gültig bis { $until }
order-valid-always = Unbegrenzt gültig
order-key-past-due = Die Zahlung für diese Lizenz fehlt; sie wird bald gesperrt.
order-key-expired = Diese Lizenz ist abgelaufen.
order-key-suspended = Diese Lizenz ist gesperrt.
order-key-revoked = Diese Lizenz wurde entzogen.
order-details = Einzelheiten
order-placed-on = Bestellt am
order-resend = Lizenzschlüssel noch einmal senden
order-correct = Die E-Mail-Adresse stimmt nicht?
order-correct-label = Die richtige E-Mail-Adresse
order-correct-button = Adresse berichtigen
order-correct-wrong = Die Adresse ist noch dieselbe. Bitte sehen Sie sich das noch einmal an:
order-keep = Bewahren Sie die Adresse dieser Seite auf: Wer sie hat, sieht Ihre Bestellung.

## Was auf dieser Seite getan wurde oder nicht

order-again = Dieses Formular wurde schon gesendet. Daraus ist diese eine Bestellung geworden; es wurde nichts doppelt bestellt. Um dasselbe noch einmal zu bestellen, beginnen Sie bitte neu im Shop.
order-resent = Der Lizenzschlüssel ist noch einmal unterwegs.
order-resend-waits = Die E-Mail wird schon gleich versendet.
order-corrected = Die Adresse ist berichtigt.
order-not-now = Das geht nicht mehr. Bitte schreiben Sie uns.
order-stale = Diese Seite war veraltet. Bitte versuchen Sie es noch einmal.
order-too-often = Das war vorerst oft genug. Bitte versuchen Sie es in einer Stunde noch einmal oder schreiben Sie uns.
