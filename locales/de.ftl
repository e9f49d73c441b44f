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
mail-move-no = Wenn Sie das nicht waren, tun Sie nichts: Ihre Lizenz bleibt, wo sie ist. Dann hat aber jemand Ihren Schlüssel; bitte antworten Sie in dem Fall auf diese Mail.

## Für die Mails mit einem Schlüssel

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

## Seite: eine Lizenz umziehen

page-move-title = Lizenz umziehen
page-move-heading = Ihre Lizenz für { $product } umziehen?
page-move-effect = Eine Lizenz gilt für eine Domain. Nach dem Umzug arbeitet das Modul auf der neuen Domain und auf der bisherigen nicht mehr.
page-move-product = Produkt
page-move-old = Bisherige Domain
page-move-new = Neue Domain
page-move-button = Lizenz umziehen
page-move-until = Dieser Link funktioniert einmal, bis { $until }.
page-move-not-you = Sie wissen davon nichts? Dann schließen Sie diese Seite: Es ändert sich nichts.

## Hinweise auf Seiten dieser Art

page-moved = Die Lizenz ist umgezogen
page-moved-text = Ihre Lizenz für { $product } gehört jetzt zu { $new_domain }.
page-moved-next = Das Modul dort bemerkt es von selbst innerhalb eines Tages, oder sofort, wenn Sie in seinen Einstellungen auf „Lizenz aktivieren“ klicken.
page-gone = Dieser Link funktioniert nicht mehr
page-gone-text = Er wurde schon benutzt, durch einen neueren ersetzt oder ist mehr als 24 Stunden alt.
page-gone-next = Wenn Sie Ihre Lizenz gerade damit umgezogen haben, ist alles in Ordnung. Sonst fordern Sie in den Einstellungen des Moduls auf der neuen Domain einen neuen Link an.
page-staff = Das müssen wir für Sie tun
page-staff-often = Ihre Lizenz für { $product } ist innerhalb von 30 Tagen dreimal umgezogen. Zu ihrem Schutz übernehmen wir den nächsten Umzug.
page-staff-idle = Ihre Lizenz für { $product } ist zurzeit nicht gültig und kann deshalb nicht umziehen.
page-staff-next = Bitte antworten Sie auf die Mail mit diesem Link.
page-forged = Bitte klicken Sie auf unserer Seite
page-forged-text = Das kam nicht von unserer eigenen Seite. Deshalb wurde nichts geändert.
page-forged-next = Öffnen Sie den Link in der Mail noch einmal und klicken Sie dort auf die Schaltfläche.
page-busy = Zu viele Anfragen
page-busy-text = Bitte warten Sie eine Minute und öffnen Sie den Link noch einmal. Es wurde nichts geändert.
page-unavailable = Das geht gerade nicht
page-unavailable-text = Bitte öffnen Sie den Link in ein paar Minuten noch einmal. Wenn die Lizenz schon umgezogen ist, steht es dann dort.

## Companion: was die eigenen Seiten des CRM sagen

companion-menu = Bridge
companion-overview = Übersicht
companion-licenses = Lizenz-API
companion-unavailable = Zurzeit nicht erreichbar
companion-unavailable-text = Diese Seite kann gerade nicht angezeigt werden. Bitte versuchen Sie es in einer Minute noch einmal.
