### Texte von perfex-bridge auf Deutsch. Variablen wie { $product_name } sind Perfex-Platzhalter.

## Mail: eine Lizenz wurde ausgestellt

mail-license-issued-name = Lizenz ausgestellt (an Kunden)
mail-license-issued-subject = Ihr Lizenzschlüssel für { $product_name }
mail-license-issued-intro = vielen Dank für Ihre Bestellung. Hier ist Ihre Lizenz für { $product_name }:

## Mail: eine Testphase hat begonnen

mail-trial-started-name = Testlizenz ausgestellt (an Kunden)
mail-trial-started-subject = Ihre Testphase für { $product_name }
mail-trial-started-intro = Ihre Testphase für { $product_name } beginnt jetzt. Hier ist Ihre Lizenz dafür:

## Für beide Mails

mail-greeting = Guten Tag { $contact_firstname } { $contact_lastname },
mail-package = Paket
mail-valid-until = Gültig bis
mail-order = Bestellung
mail-steps = So aktivieren Sie die Lizenz
mail-step-open = Öffnen Sie in Ihrer Perfex-Administration die Einstellungen des Moduls.
mail-step-paste = Fügen Sie den Schlüssel in das Lizenzfeld ein und klicken Sie auf „Lizenz aktivieren“.
mail-step-domain = Ein Schlüssel gilt für eine Domain. Danach wird die Lizenz einmal am Tag im Hintergrund geprüft.
mail-keep = Bitte bewahren Sie diese Mail auf: Sie brauchen den Schlüssel wieder, wenn das Modul auf einen anderen Server umzieht.
mail-keep-trial = Die Testphase endet von selbst. Es entstehen keine Kosten.

valid-without-end = unbefristet
