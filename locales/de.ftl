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

## Seiten für Mitarbeiter

staff-refused = Nicht verfügbar
staff-unknown = Diese Seite ist für Mitarbeiter, die im CRM angemeldet sind. Öffnen Sie sie über das Menü des CRM.
staff-forbidden = Dafür fehlt Ihnen das Recht. Ein Administrator kann es unter Einstellungen > Mitarbeiter vergeben, Bereich „perfex-bridge“.
staff-stale = Dieses Formular ist veraltet. Öffnen Sie die Seite neu und senden Sie es noch einmal.
staff-busy = Das geht gerade nicht. Versuchen Sie es in einer Minute noch einmal.
staff-licenses = Lizenzen der Module
staff-licenses-about = Jedes Modul von perfex-bridge braucht eine Lizenz. Sie wird etwa einmal am Tag im Hintergrund geprüft; keine Seite wartet darauf.
staff-license-key = Lizenzschlüssel
staff-license-paste = Lizenzschlüssel hier einfügen
staff-license-activate = Lizenz aktivieren
staff-license-check = Jetzt prüfen
staff-license-release = Freigeben
staff-license-release-sure = Die Lizenz von diesem CRM freigeben? Der Mitarbeiterbereich des Moduls ist dann gesperrt, bis wieder eine Lizenz aktiviert wird.
staff-license-trouble = Letzter Versuch zu prüfen:
staff-license-domain = Domain
staff-license-valid-until = Gültig bis
staff-license-last-check = Letzte Prüfung
staff-license-next-check = Nächste Prüfung
staff-license-grace-ends = Läuft ohne Prüfung bis
staff-said-activated = Die Lizenz ist aktiviert.
staff-said-checked = Der Lizenzserver wurde gefragt.
staff-said-released = Die Lizenz ist freigegeben.
license-state-missing = keine Lizenz
license-state-valid = gültig
license-state-grace = nicht bestätigt
license-state-locked = gesperrt

## Warum eine Lizenz steht, wo sie steht

license-reason-missing = Noch keine Lizenz: Geben Sie den Schlüssel ein, den Sie per Mail bekommen haben.
license-reason-unchecked = Die Lizenz wurde noch nicht geprüft. Klicken Sie auf „Jetzt prüfen“.
license-reason-unreadable_key = Der gespeicherte Lizenzschlüssel ist nicht lesbar; der Verschlüsselungsschlüssel des CRM hat sich geändert. Geben Sie den Lizenzschlüssel neu ein.
license-reason-unconfirmed = Die Lizenz konnte mehr als 7 Tage lang nicht bestätigt werden, deshalb ist das Modul für Mitarbeiter gesperrt. Sorgen Sie dafür, dass dieser Server den Lizenzserver erreicht, und klicken Sie auf „Jetzt prüfen“.
license-reason-grace = Der Lizenzserver konnte nicht gefragt werden. Vorerst läuft alles weiter.
license-reason-other_domain = Die Lizenz gehört zu { $domain }. Geben Sie sie dort frei oder geben Sie einen anderen Schlüssel ein. Auf einer Testkopie aktivieren Sie den Schlüssel hier.
license-reason-clock_set_back = Die Uhr dieses Servers wurde zurückgestellt. Stellen Sie sie richtig und klicken Sie auf „Jetzt prüfen“.
license-reason-active = Die Lizenz ist gültig.
license-reason-trial = Das ist eine Testlizenz.
license-reason-past_due = Die Zahlung der Lizenz fehlt. Zahlen Sie, sonst wird sie gesperrt.
license-reason-expired = Die Lizenz ist abgelaufen. Verlängern Sie sie und klicken Sie auf „Jetzt prüfen“.
license-reason-suspended = Die Lizenz ist gesperrt. Zahlen Sie, was offen ist, oder fragen Sie Ihren Anbieter.
license-reason-revoked = Die Lizenz wurde vom Anbieter entzogen. Fragen Sie Ihren Anbieter.
license-reason-wrong_domain = Die Lizenz ist auf einer anderen Domain in Gebrauch. Geben Sie sie dort frei oder lassen Sie sie vom Inhaber per Link in einer Mail umziehen.
license-reason-wrong_product = Dieser Schlüssel gehört zu einem anderen Produkt. Geben Sie den Schlüssel für dieses Modul ein.
license-reason-released = Die Lizenz ist für diese Domain nicht aktiviert. Geben Sie den Schlüssel noch einmal ein.
license-reason-unknown = Der Lizenzserver kennt diesen Schlüssel nicht. Vergleichen Sie ihn mit der Mail.
license-reason-limit = Alle Plätze der Lizenz sind belegt. Geben Sie zuerst einen frei.
license-reason-moves = Die Lizenz ist in den letzten 30 Tagen zu oft umgezogen. Fragen Sie Ihren Anbieter.
license-reason-key_shape = Das ist kein Lizenzschlüssel. Er sieht so aus: a1b2c3d4e5f6…-xxxx-xxxx-xxxxxxxxxxxxxxxx.
license-reason-key_typo = Der Lizenzschlüssel enthält einen Tippfehler. Kopieren Sie ihn aus der Mail und fügen Sie ihn ein.

## Companion: was die eigenen Seiten des CRM sagen

companion-menu = Bridge
companion-licenses = Lizenzen
companion-unavailable = Zurzeit nicht erreichbar
companion-unavailable-text = Diese Seite kann gerade nicht angezeigt werden. Bitte versuchen Sie es in einer Minute noch einmal.
