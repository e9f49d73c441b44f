### Texte von perfex-bridge auf Deutsch. In Mails sind Variablen wie { $product_name } Perfex-Platzhalter.

## Mail: eine Lizenz wurde ausgestellt

mail-license-issued-name = Lizenz ausgestellt (an Kunden)
mail-license-issued-subject = Ihr Lizenzschlüssel für { $product_name }
mail-license-issued-intro = vielen Dank für Ihre Bestellung. Hier ist Ihre Lizenz für { $product_name }:

## Mail: eine Testphase hat begonnen

mail-trial-started-name = Testlizenz ausgestellt (an Kunden)
mail-trial-started-subject = Ihre Testphase für { $product_name }
mail-trial-started-intro = Ihre Testphase für { $product_name } beginnt jetzt. Hier ist Ihre Lizenz dafür:

## Mail: eine Seite bittet um eine Lizenz, die eine andere Seite hat

mail-license-move-name = Umzug einer Lizenz bestätigen (an Kunden)
mail-license-move-subject = Lizenz für { $product_name } auf { $new_domain } umziehen?
mail-move-greeting = Guten Tag { $holder_name },
mail-move-intro = Ihr Lizenzschlüssel für { $product_name } wurde auf einer neuen Domain verwendet. Soll die Lizenz dorthin umziehen?
mail-move-old = Bisherige Domain
mail-move-new = Neue Domain
mail-move-license = Lizenznummer
mail-move-yes = Wenn ja, öffnen Sie diesen Link. Er führt zu einer Seite mit einer Schaltfläche, und bevor Sie darauf klicken, geschieht nichts.
mail-move-button = Umzug ansehen
mail-move-until = Der Link funktioniert einmal, bis { $move_valid_until }.
mail-move-no = Wenn Sie das nicht waren, tun Sie nichts: Ihre Lizenz bleibt, wo sie ist. Dann hat aber jemand Ihren Schlüssel; bitte antworten Sie in dem Fall auf diese E-Mail.

## Für die Mails mit einem Schlüssel

mail-greeting = Guten Tag { $contact_firstname } { $contact_lastname },
mail-package = Paket
mail-valid-until = Gültig bis
mail-order = Bestellung
mail-steps = So aktivieren Sie die Lizenz
mail-step-open = Öffnen Sie in Ihrer Perfex-Administration die Einstellungen des Moduls.
mail-step-paste = Fügen Sie den Schlüssel in das Lizenzfeld ein und klicken Sie auf „Lizenz aktivieren“.
mail-step-domain = Ein Schlüssel gilt für eine Domain. Danach wird die Lizenz einmal am Tag im Hintergrund geprüft.
mail-keep = Bitte bewahren Sie diese E-Mail auf: Sie brauchen den Schlüssel wieder, wenn das Modul auf einen anderen Server umzieht.
mail-keep-trial = Die Testphase endet von selbst. Es entstehen keine Kosten.

valid-without-end = unbefristet

## E-Mail: Eine Testversion läuft

mail-trial-reminder-name = Erinnerung an die Testversion (an Kunden)
mail-trial-reminder-subject = Ihre Testversion von { $product_name }: noch { $time_left }
mail-trial-reminder-intro = Ihre Testversion von { $product_name } läuft noch { $time_left }.
mail-trial-reminder-more = Wenn Sie jetzt kaufen, verlieren Sie diese Tage nicht: Ihre Lizenz beginnt, wenn die Testzeit endet.
mail-trial-reminder-last = Sie müssen nichts tun: Die Testversion endet von selbst, und es wird nichts berechnet. Wenn etwas nicht so funktioniert, wie Sie es erwarten, antworten Sie bitte auf diese E-Mail.

## E-Mail: Eine Testversion ist zu Ende

mail-trial-ended-name = Testversion beendet (an Kunden)
mail-trial-ended-subject = Ihre Testversion von { $product_name } ist beendet
mail-trial-ended-intro = Ihre Testversion von { $product_name } ist beendet. Die Seiten für Ihre Kunden funktionieren weiter; für Ihre Mitarbeiter ist das Modul gesperrt.
mail-trial-ended-more = Wenn Sie es kaufen, wird das Modul mit dem Schlüssel freigeschaltet, den es schon hat. Alle Daten sind noch da.
mail-trial-ended-last = Wenn es nicht zu Ihnen passt, müssen Sie nichts tun. Wir würden gern erfahren, was gefehlt hat: Bitte antworten Sie auf diese E-Mail.

## E-Mail: Eine Testversion wurde gekauft

mail-trial-bought-name = Testlizenz bezahlt (an Kunden)
mail-trial-bought-subject = { $product_name }: Ihre Testversion ist jetzt eine Vollversion
mail-trial-bought-intro = vielen Dank für Ihre Bestellung. Ihre Testversion von { $product_name } ist jetzt eine Vollversion, mit demselben Schlüssel:
mail-trial-bought-same = Sie müssen ihn nicht noch einmal eingeben: Das Modul bemerkt es innerhalb eines Tages. Um es sofort zu sehen, öffnen Sie seine Einstellungen und klicken Sie auf „Jetzt prüfen“.

## Gemeinsam in E-Mails zu einer Testversion

mail-trial-buy = Pakete und Preise ansehen
mail-trial-key = Ihr Lizenzschlüssel, der beim Kauf derselbe bleibt:
